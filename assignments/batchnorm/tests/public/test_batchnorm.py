"""Public tests: the figures of the handout, reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, credit

# The handout's batch of four rows and three features: means 4, 4, 6 and variances 5, 9.5, 5.
X = np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0], [5.0, 9.0, 7.0], [7.0, 1.0, 9.0]])
GAMMA, BETA = np.array([2.0, 0.5, 1.0]), np.array([1.0, -1.0, 0.0])
ONES, ZEROS = np.ones(3), np.zeros(3)
EPS = 1e-3

NORMALIZED = np.array([-1.34150664, -0.64885154, -1.34150664])  # of the first row
SCALED = np.array([-1.68301329, -1.32442577, -1.34150664])
RUNNING = {"mean": np.array([0.4, 0.4, 0.6]), "var": np.array([1.4, 1.85, 1.4])}
EVALUATED = np.array([2.01382309, -0.41198720, 2.02764618])

# Far above rounding, also in single precision. The closest mistake, eps outside of the root,
# changes the normalized row by 2e-4 or more.
ATOL = 1e-5


@pytest.mark.points(6)
@pytest.mark.hint(
    "Mean and variance of each column, so axis=0. Divide by the root of (variance + eps)."
)
def test_forward_by_hand(submission):
    """batchnorm_forward() normalizes the handout's batch, then scales and shifts it."""
    out, _, _ = submission.batchnorm_forward(X, ONES, ZEROS, None, True, eps=EPS)
    assert_equal(np.shape(out), (4, 3), name="shape of out")
    assert_close(out[0], NORMALIZED, rtol=0, atol=ATOL, name="out[0] with gamma 1 and beta 0")
    credit(0.5, "the batch is normalized")
    out, _, _ = submission.batchnorm_forward(X, GAMMA, BETA, None, True, eps=EPS)
    assert_close(out[0], SCALED, rtol=0, atol=ATOL, name="out[0]")


@pytest.mark.points(5)
@pytest.mark.hint(
    "new = (1 - momentum) * old + momentum * batch, from mean 0 and variance 1. The batch's "
    "variance is divided by n: np.var(x, axis=0)."
)
def test_running_statistics_by_hand(submission):
    """batchnorm_forward() moves the running statistics a tenth of the way to the batch's."""
    _, _, running = submission.batchnorm_forward(X, ONES, ZEROS, None, True)
    assert_equal(sorted(running), ["mean", "var"], name="keys of running")
    assert_close(running["mean"], RUNNING["mean"], rtol=0, atol=ATOL, name='running["mean"]')
    credit(0.5, "the running mean is right")
    assert_close(running["var"], RUNNING["var"], rtol=0, atol=ATOL, name='running["var"]')


@pytest.mark.points(4)
@pytest.mark.hint("With training=False the running statistics take the place of the batch's.")
def test_evaluation_by_hand(submission):
    """batchnorm_forward() evaluates the handout's first row, all by itself."""
    out, _, _ = submission.batchnorm_forward(X[:1], GAMMA, BETA, RUNNING, False, eps=EPS)
    assert_close(out, EVALUATED[np.newaxis], rtol=0, atol=ATOL, name="out")


@pytest.mark.points(5)
@pytest.mark.hint(
    "Each row has a part in the mean and in the variance of its column: moving one row moves the "
    "normalized values of all rows. The handout has the formula."
)
def test_backward_by_hand(submission):
    """batchnorm_backward() gives the derivatives of one output by everything."""
    _, cache, _ = submission.batchnorm_forward(X, ONES, ZEROS, None, True, eps=EPS)
    dout = np.zeros((4, 3))
    dout[0, 0] = 1.0
    dx, dgamma, dbeta = submission.batchnorm_backward(dout, cache)
    assert_close(dbeta, np.array([1.0, 0.0, 0.0]), rtol=0, atol=ATOL, name="dbeta")
    assert_close(dgamma, np.array([NORMALIZED[0], 0.0, 0.0]), rtol=0, atol=ATOL, name="dgamma")
    credit(0.4, "dgamma and dbeta are right")
    expected = np.zeros((4, 3))
    expected[:, 0] = [0.13419090, -0.17885414, -0.04473030, 0.08939354]
    assert_close(dx, expected, rtol=0, atol=ATOL, name="dx")


@pytest.mark.points(4)
@pytest.mark.hint(
    "The output layer has 100 * 10 + 10 parameters. gamma and beta: two per unit, not per layer. "
    "Other are the running means and variances alone, not PyTorch's num_batches_tracked."
)
def test_parameters_of_the_mnist_network(submission):
    """n_parameters() counts 784-300-100-10 with and without batch normalization."""
    plain = submission.n_parameters(submission.build_model(False, 0))
    assert_equal(plain, {"trainable": 266_610, "other": 0}, name="without batch normalization")
    credit(0.5, "right without batch normalization")
    normalized = submission.n_parameters(submission.build_model(True, 0))
    assert_equal(normalized, {"trainable": 267_410, "other": 800}, name="with batch normalization")


@pytest.mark.points(6)
@pytest.mark.hint(
    "Subtract in pairs. With two seeds t must be greater than 12.706, with five greater than "
    "2.776. One run of each supports nothing."
)
def test_conclusion_by_hand(submission):
    """conclusion() claims what the pairs support, and nothing from one run of each."""
    once = submission.conclusion([0.9796], [0.9792])
    # Differences 0.01, 0.02, 0.01, 0.03, 0.02: mean 0.018, deviation 0.00837, t = 4.81.
    steady = ([0.95, 0.97, 0.94, 0.98, 0.96], [0.94, 0.95, 0.93, 0.95, 0.94])
    assert_equal(submission.conclusion(*steady), "better", name="conclusion with t = 4.81, n = 5")
    assert_equal(
        submission.conclusion(*steady[::-1]), "worse", name="conclusion with t = -4.81, n = 5"
    )
    credit(0.5, "a clear difference is claimed")
    assert_equal(once, "no difference", name="conclusion([0.9796], [0.9792])")
    # Differences 0.01, -0.01, 0.02, 0.00, 0.01: mean 0.006, deviation 0.0114, t = 1.18.
    mixed = ([0.95, 0.94, 0.97, 0.95, 0.96], [0.94, 0.95, 0.95, 0.95, 0.95])
    assert_equal(
        submission.conclusion(*mixed), "no difference", name="conclusion with t = 1.18, n = 5"
    )
