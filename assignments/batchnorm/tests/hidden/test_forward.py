"""Hidden tests of batchnorm_forward: training, running statistics, evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_finite, assert_unmodified, credit

# Rounding is far below this, even in single precision; mistakes are far above. Where eps stands
# makes 1e-5 of a difference with the default: that is asked once, with a large eps.
RTOL, ATOL = 1e-3, 1e-3


def draw(rng, rows, features):
    """Return a batch whose features have different means and deviations, and gamma and beta.

    No feature is nearly constant by chance: it would be about eps.
    """
    x = rng.normal(size=(rows, features))
    if rows > 1:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    x = rng.uniform(-3, 3, features) + rng.uniform(0.5, 2, features) * x
    return x, rng.uniform(0.5, 2, features), rng.normal(size=features)


def statistics(rng, features):
    """Return running statistics that are neither the start nor any batch's."""
    return {"mean": rng.normal(size=features), "var": rng.uniform(0.5, 3, features)}


@pytest.mark.points(3)
@pytest.mark.parametrize("eps", [1e-5, 0.5])
@pytest.mark.hint(
    "Wrong only with a large eps: it belongs under the root, sqrt(var + eps). Wrong for all: "
    "axis=0 goes over the rows, and var is divided by n."
)
def test_forward_of_random_batches(submission, rng, eps):
    """batchnorm_forward() normalizes random batches, with a small and with a large eps."""
    for rows, features in ((6, 6), (9, 4)):  # square too: there a wrong axis goes through
        x, gamma, beta = draw(rng, rows, features)
        out, _, _ = submission.batchnorm_forward(x, gamma, beta, None, True, eps=eps)
        x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
        name = f"out of a {rows}x{features} batch, eps={eps:g}"
        assert_close(out, gamma * x_hat + beta, rtol=1e-4, atol=1e-4, name=name)


@pytest.mark.points(2)
@pytest.mark.hint("Its variance is 0. With eps under the root nothing is divided by 0.")
def test_constant_feature(submission, rng):
    """batchnorm_forward() turns a feature that is the same in all rows into its beta."""
    x, gamma, beta = draw(rng, 5, 3)
    x[:, 1] = 7.0  # its mean is exact: what rounding left would be multiplied by 316
    out, _, _ = submission.batchnorm_forward(x, gamma, beta, None, True)
    assert_finite(out, name="out")
    expected = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + beta
    assert_close(out, expected, rtol=RTOL, atol=ATOL, name="out")


@pytest.mark.points(2)
@pytest.mark.hint("One row is its own mean, and its variance is 0: out is beta.")
def test_training_batch_of_one(submission, rng):
    """batchnorm_forward() in training gives beta for a batch of one row, and moves on."""
    x, gamma, beta = draw(rng, 1, 4)
    running = statistics(rng, 4)
    out, _, after = submission.batchnorm_forward(x, gamma, beta, running, True)
    assert_close(out, beta[np.newaxis], rtol=RTOL, atol=ATOL, name="out")
    credit(0.5, "out is right")
    expected = {"mean": 0.9 * running["mean"] + 0.1 * x[0], "var": 0.9 * running["var"]}
    assert_close(after, expected, rtol=RTOL, atol=ATOL, name="running")


@pytest.mark.points(4)
@pytest.mark.parametrize("start", ["None", "given"])
@pytest.mark.hint(
    "momentum is the share of the new batch, so old counts 1 - momentum. The variance is the "
    "biased one, divided by n. Start from what you are given, not from a global variable."
)
def test_running_statistics_over_batches(submission, rng, start):
    """batchnorm_forward() keeps running statistics over several batches of several sizes."""
    running = None if start == "None" else statistics(rng, 3)
    expected = running or {"mean": np.zeros(3), "var": np.ones(3)}
    for rows, momentum in ((4, 0.1), (7, 0.3), (2, 0.1)):
        x, gamma, beta = draw(rng, rows, 3)
        _, _, running = submission.batchnorm_forward(
            x, gamma, beta, running, True, momentum=momentum
        )
        expected = {
            "mean": (1 - momentum) * expected["mean"] + momentum * x.mean(axis=0),
            "var": (1 - momentum) * expected["var"] + momentum * x.var(axis=0),
        }
        name = f"running after a batch of {rows}, momentum={momentum}"
        assert_close(running, expected, rtol=1e-5, atol=1e-6, name=name)


@pytest.mark.points(3)
@pytest.mark.hint(
    "With training=False use running['mean'] and running['var'], whatever the batch, and return "
    "them as they are. None stands for means of 0 and variances of 1."
)
def test_evaluation_uses_running_statistics(submission, rng):
    """batchnorm_forward() in evaluation uses the running statistics and leaves them alone."""
    x, gamma, beta = draw(rng, 6, 4)
    running = statistics(rng, 4)
    out, _, after = submission.batchnorm_forward(x, gamma, beta, running, False)
    expected = gamma * (x - running["mean"]) / np.sqrt(running["var"] + 1e-5) + beta
    assert_close(out, expected, rtol=RTOL, atol=ATOL, name="out")
    credit(0.4, "out is right for a batch")
    alone, _, _ = submission.batchnorm_forward(x[2:3], gamma, beta, running, False)
    assert_close(alone, expected[2:3], rtol=RTOL, atol=ATOL, name="out of one row alone")
    assert_close(after, running, rtol=1e-6, name="running after evaluation")
    credit(0.8, "running statistics are used and kept")
    out, _, _ = submission.batchnorm_forward(x, gamma, beta, None, False)
    expected = gamma * x / np.sqrt(1 + 1e-5) + beta
    assert_close(out, expected, rtol=RTOL, atol=ATOL, name="out with running=None")


@pytest.mark.points(2)
@pytest.mark.hint("`x -= mean` and `running['mean'] *= 0.9` change what belongs to the caller.")
def test_forward_changes_no_argument(submission, rng):
    """batchnorm_forward() leaves x, gamma, beta and the running statistics as they were."""
    x, gamma, beta = draw(rng, 5, 3)
    running = statistics(rng, 3)
    for training in (True, False):
        out, _, after = assert_unmodified(
            submission.batchnorm_forward, x, gamma, beta, running, training
        )
        now = {"mean": x.mean(axis=0), "var": x.var(axis=0)} if training else running
        expected = gamma * (x - now["mean"]) / np.sqrt(now["var"] + 1e-5) + beta
        assert_close(out, expected, rtol=RTOL, atol=ATOL, name=f"out with training={training}")
        assert_equal(sorted(after), ["mean", "var"], name="keys of running")
