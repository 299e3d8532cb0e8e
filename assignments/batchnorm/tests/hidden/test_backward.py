"""Hidden tests of batchnorm_backward: finite differences, edge cases, its use of the cache."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_unmodified, credit, numeric_gradient

# Central differences are right to about 1e-9 here, where gradients are of order 1; single precision
# keeps six digits of them. Where eps stands makes 1e-5 of a difference with the default, which only
# the tests with a large eps ask about.
RTOL, ATOL = 1e-3, 1e-3


def draw(rng, rows, features):
    """Return a batch, gamma, beta and the derivative of a loss by the output.

    No feature is nearly constant by chance: its gradients would be large, and about eps.
    """
    x = rng.normal(size=(rows, features))
    if rows > 1:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    x = rng.uniform(-2, 2, features) + rng.uniform(0.5, 2, features) * x
    gamma, beta = rng.uniform(0.5, 2, features), rng.normal(size=features)
    return x, gamma, beta, rng.normal(size=(rows, features))


def true_loss(x, gamma, beta, dout, eps):
    """Return a loss whose derivative by the output is dout."""
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return float(np.sum(dout * (gamma * x_hat + beta)))


@pytest.mark.points(5)
@pytest.mark.parametrize("eps", [1e-5, 0.5])
@pytest.mark.parametrize("rows", [3, 8])
@pytest.mark.hint(
    "dx has three parts: straight through, through the mean, and through the variance. Its columns "
    "sum to 0 over the rows."
)
def test_dx_against_finite_differences(submission, rng, rows, eps):
    """batchnorm_backward() agrees with finite differences for every entry of x."""
    x, gamma, beta, dout = draw(rng, rows, 4)
    _, cache, _ = submission.batchnorm_forward(x, gamma, beta, None, True, eps=eps)
    dx, _, _ = submission.batchnorm_backward(dout, cache)
    numeric = numeric_gradient(lambda x: true_loss(x, gamma, beta, dout, eps), x)
    assert_close(dx, numeric, rtol=RTOL, atol=ATOL, name="dx", factors={"batch size": rows})


@pytest.mark.points(2)
@pytest.mark.hint("dgamma sums dout * x_hat over the rows: x_hat, neither x nor out.")
def test_dgamma_against_finite_differences(submission, rng):
    """batchnorm_backward() agrees with finite differences for gamma."""
    x, gamma, beta, dout = draw(rng, 6, 4)
    _, cache, _ = submission.batchnorm_forward(x, gamma, beta, None, True)
    _, dgamma, _ = submission.batchnorm_backward(dout, cache)
    numeric = numeric_gradient(lambda gamma: true_loss(x, gamma, beta, dout, 1e-5), gamma)
    assert_close(dgamma, numeric, rtol=RTOL, atol=ATOL, name="dgamma", factors={"batch size": 6})


@pytest.mark.points(2)
@pytest.mark.hint("dbeta sums dout over the rows: one number per feature.")
def test_dbeta_against_finite_differences(submission, rng):
    """batchnorm_backward() agrees with finite differences for beta."""
    x, gamma, beta, dout = draw(rng, 6, 4)
    _, cache, _ = submission.batchnorm_forward(x, gamma, beta, None, True)
    _, _, dbeta = submission.batchnorm_backward(dout, cache)
    numeric = numeric_gradient(lambda beta: true_loss(x, gamma, beta, dout, 1e-5), beta)
    assert_close(dbeta, numeric, rtol=RTOL, atol=ATOL, name="dbeta", factors={"batch size": 6})


@pytest.mark.points(2)
@pytest.mark.hint(
    "A row that is its own mean has no influence at all: dx is 0, and so is dgamma. In a constant "
    "feature x_hat is 0, and dx is gamma / sqrt(eps) * (dout - mean of dout)."
)
def test_backward_of_one_row_and_of_a_constant_feature(submission, rng):
    """batchnorm_backward() is right for a batch of one and for a feature without variance."""
    x, gamma, beta, dout = draw(rng, 1, 3)
    _, cache, _ = submission.batchnorm_forward(x, gamma, beta, None, True)
    dx, dgamma, dbeta = submission.batchnorm_backward(dout, cache)
    assert_close(dbeta, dout[0], rtol=RTOL, atol=ATOL, name="dbeta of one row")
    assert_close(dgamma, np.zeros(3), rtol=RTOL, atol=ATOL, name="dgamma of one row")
    # Up to 1 / sqrt(eps) = 316 times the rounding of dout, in single precision 1e-7.
    assert_close(dx, np.zeros((1, 3)), rtol=RTOL, atol=1e-3, name="dx of one row")
    credit(0.5, "one row is right")
    x, gamma, beta, dout = draw(rng, 5, 3)
    x[:, 1] = 7.0
    _, cache, _ = submission.batchnorm_forward(x, gamma, beta, None, True)
    dx, _, _ = submission.batchnorm_backward(dout, cache)
    expected = gamma[1] / np.sqrt(1e-5) * (dout[:, 1] - dout[:, 1].mean())
    assert_close(dx[:, 1], expected, rtol=1e-3, atol=1e-3, name="dx of the constant feature")


@pytest.mark.points(2)
@pytest.mark.hint(
    "Put what backward needs into the cache, as new arrays; `dout *= ...` changes dout."
)
def test_cache_belongs_to_its_call(submission, rng):
    """batchnorm_backward() changes nothing, and a cache outlives further calls."""
    x, gamma, beta, dout = draw(rng, 5, 3)
    _, cache, running = submission.batchnorm_forward(x, gamma, beta, None, True)
    other, other_gamma, other_beta, other_dout = draw(rng, 5, 3)
    _, other_cache, running = submission.batchnorm_forward(
        other, other_gamma, other_beta, running, True
    )
    submission.batchnorm_backward(other_dout, other_cache)
    submission.batchnorm_forward(x, gamma, beta, running, False)
    dx, dgamma, _ = assert_unmodified(submission.batchnorm_backward, dout, cache)
    numeric = numeric_gradient(lambda x: true_loss(x, gamma, beta, dout, 1e-5), x)
    assert_close(dx, numeric, rtol=RTOL, atol=ATOL, name="dx after other calls")
    _, again, _ = submission.batchnorm_backward(dout, cache)
    assert_close(again, dgamma, rtol=RTOL, atol=ATOL, name="dgamma when asked again")
