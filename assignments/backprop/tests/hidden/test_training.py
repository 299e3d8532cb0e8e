"""Hidden tests of train, most of them on XOR."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from grader.checks import assert_close, assert_unmodified, credit

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR_Y = np.array([[0], [1], [1], [0]])

# XOR with sizes [2, 2, 1] from a fixed start is a classic example: loss mean(e^2), updates of
# 0.1 * sum over the four rows, error-descent direction t - a. In the terms of this assignment,
# L = mean(e^2) / 2 and its gradient is a mean over 4 rows in the direction a - t. Hence
#   gradients:  the classic ones (sum, t - a) times -1/4;
#   lr:         0.1 * sum = 0.4 * mean, so lr = 0.4 makes the very same steps;
#   losses:     the classic table 0.287974821, 0.249433298, ... halved.
# The two mistakes of scale change places, and both end with a smaller loss than right code:
#   sum instead of mean:  gradients * 4, so 10 000 epochs go as far as 40 000: loss 0.000198
#   factor 2 of e^2 kept: gradients * 2, so 10 000 epochs go as far as 20 000: loss 0.000498
#   right:                                                                     loss 0.001676
XOR_GRADIENTS = {
    "dW1": np.array([[0.000439878, 0.000129652], [0.000502897, 0.000051123]]),
    "db1": np.array([0.001344019, 0.000950243]),
    "dW2": np.array([[0.026244160], [0.032897020]]),
    "db2": np.array([0.041594800]),
}
XOR_LOSSES = np.array(  # before the updates number 0, 1000, ..., 9000
    [
        0.143987411,
        0.124716649,
        0.122837686,
        0.109981209,
        0.081099623,
        0.026354438,
        0.008463006,
        0.004458893,
        0.002922273,
        0.002140895,
    ]
)
XOR_OUTPUT = np.array([[0.060284035], [0.944478401], [0.944373198], [0.059964645]])


def xor_start():
    """Return the fixed start; numpy guarantees this legacy stream for good."""
    rand = np.random.RandomState(42).rand
    weights = {"W1": rand(2, 2), "W2": rand(2, 1), "b1": rand(2), "b2": rand(1)}
    return {name: weights[name] for name in ("W1", "b1", "W2", "b2")}


def draw_problem(rng, sizes, rows):
    """Return random (params, X, y), all biases different from 0."""
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(n_in, n_out))
        params[f"b{layer}"] = rng.normal(scale=0.5, size=n_out)
    return params, rng.normal(size=(rows, sizes[0])), rng.uniform(size=(rows, sizes[-1]))


@pytest.mark.points(4)
@pytest.mark.hint(
    "Compare each factor with the handout: output - y, its slope, W2, the hidden slope."
)
def test_first_gradients_of_xor(submission):
    """backward() gives the known gradients of the XOR network at its fixed start."""
    params = xor_start()
    _, cache = submission.forward(params, XOR)
    gradients = submission.backward(params, cache, XOR_Y)
    factors = {"batch size": 4, "exponent in the loss": 2}
    # The figures have nine decimals; the smallest is 5e-5, so 1e-8 still tells its factors apart.
    for name in ("dW2", "db2"):
        expected = XOR_GRADIENTS[name]
        assert_close(gradients[name], expected, rtol=0, atol=1e-8, name=name, factors=factors)
    credit(0.4, "the output layer is right")
    for name in ("dW1", "db1"):
        expected = XOR_GRADIENTS[name]
        assert_close(gradients[name], expected, rtol=0, atol=1e-8, name=name, factors=factors)


@pytest.mark.points(5)
@pytest.mark.hint("Every epoch: gradients of all layers from all rows first, then all updates.")
def test_train_step_by_step(submission, reference, rng):
    """train() updates the weights and biases of all layers, epoch by epoch."""
    params, X, y = draw_problem(rng, [3, 5, 4, 2], 6)
    # Rounding differs by 1e-15 or so after five steps; a gradient from weights that were updated
    # too early differs by 1e-5 or more after the first.
    trained, _ = submission.train(params, X, y, lr=0.8, epochs=1)
    expected, _ = reference.train(params, X, y, lr=0.8, epochs=1)
    for name in ("W1", "W2", "W3"):
        assert_close(trained[name], expected[name], rtol=1e-6, atol=1e-8, name=f"{name}, 1 epoch")
    credit(0.4, "weights are right after one epoch")
    for name in ("b1", "b2", "b3"):
        assert_close(trained[name], expected[name], rtol=1e-6, atol=1e-8, name=f"{name}, 1 epoch")
    credit(0.7, "weights and biases are right after one epoch")
    trained, _ = submission.train(params, X, y, lr=0.8, epochs=5)
    expected, _ = reference.train(params, X, y, lr=0.8, epochs=5)
    assert_close(trained, expected, rtol=1e-6, atol=1e-8, name="params after 5 epochs")


@pytest.mark.points(5)
@pytest.mark.hint(
    "losses has one number per epoch, the loss before that epoch's update. Thousands of epochs "
    "need a loop: a function that calls itself gets no deeper than about 1000."
)
def test_ten_thousand_epochs_of_xor(submission):
    """train() follows the known course of XOR over 10 000 epochs."""
    params, losses = submission.train(xor_start(), XOR, XOR_Y, lr=0.4, epochs=10_000)
    output, _ = submission.forward(params, XOR)
    # Another order of summation changes the course by 1e-12, single precision by 6e-6.
    assert_close(output, XOR_OUTPUT, rtol=0, atol=1e-4, name="output after 10 000 epochs")
    credit(0.6, "the trained network is right")
    losses = np.asarray(losses, dtype=float)
    assert losses.shape == (10_000,), f"{losses.shape} losses, expected one per epoch: (10000,)"
    assert_close(losses[::1000], XOR_LOSSES, rtol=1e-4, name="losses of every thousandth epoch")


@pytest.mark.points(4)
@pytest.mark.hint("Weights of zero, or all equal, never learn XOR; nor do signs turned uphill.")
def test_xor_is_learnt(submission):
    """train() learns XOR from at least one of ten of your own starts."""
    # With right code a start succeeds in more than nine cases of ten, so ten failures in a row
    # are not bad luck (1e-10).
    worst = []
    for seed in range(10):
        start = submission.init_params([2, 3, 1], seed=seed)
        params, _ = submission.train(start, XOR, XOR_Y, lr=4.0, epochs=3000)
        output, _ = submission.forward(params, XOR)
        worst.append(float(np.max(np.abs(np.asarray(output, dtype=float) - XOR_Y))))
        if worst[-1] < 0.25:
            return
    pytest.fail(f"after 3000 epochs the best of ten networks is still wrong by {min(worst):.2f}")


@pytest.mark.points(2)
@pytest.mark.hint("`params[name] -= step` changes the caller's arrays, even in a copied dict.")
def test_train_changes_no_argument(submission, reference):
    """train() leaves the given params, X and y as they were."""
    # A fixed draw: on some, a few wrong gradients happen to lead downhill, on others uphill.
    params, X, y = draw_problem(np.random.default_rng(1), [3, 4, 2], 5)
    trained, _ = assert_unmodified(submission.train, params, X, y, lr=0.5, epochs=20)
    first = reference.loss(reference.forward(params, X)[0], y)
    last = reference.loss(reference.forward(trained, X)[0], y)
    assert last < first, f"the loss did not fall in 20 epochs: {first:.6f} before, {last:.6f} after"
