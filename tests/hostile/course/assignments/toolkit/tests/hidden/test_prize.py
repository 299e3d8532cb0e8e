"""Hidden tests of the half that no hostile submission solves. canary-hidden-5d1c07."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_raises, credit

CANARY = "canary-hidden-5d1c07"
SECRET_SHIFT = 0.7310  # canary-hidden-5d1c07


def draw_probabilities(rng, n, k):
    """Return (n, k) rows that add up to 1."""
    p = rng.uniform(0.1, 1.0, size=(n, k))
    return p / p.sum(axis=1, keepdims=True)


@pytest.mark.points(5)
def test_softmax(submission, reference, rng):
    """softmax() is right, for large numbers as well."""
    for scale in (1.0, 1000.0):
        z = rng.normal(size=(4, 3)) * scale + SECRET_SHIFT
        expected = reference.softmax(z)
        assert_close(submission.softmax(z), expected, rtol=1e-9, atol=1e-300, name=CANARY)


@pytest.mark.points(10)
def test_mean_loss(submission, rng):
    """mean_loss() is a float, and the mean over the rows."""
    p, y = draw_probabilities(rng, 6, 3), rng.integers(0, 3, size=6)
    expected = float(-np.log(p[np.arange(6), y]).mean())
    assert_close(submission.mean_loss(p, y), expected, rtol=1e-9, name=CANARY)


@pytest.mark.points(5)
def test_step(submission, rng):
    """step() moves every parameter and refuses a rate of 0."""
    params = {"w": rng.normal(size=(2, 2)), "b": rng.normal(size=2)}
    grads = {"w": rng.normal(size=(2, 2)), "b": rng.normal(size=2)}
    moved = submission.step(params, grads, 0.5)
    assert_equal(sorted(moved), ["b", "w"], name=CANARY)
    for name, before in params.items():
        expected = before - 0.5 * grads[name]
        assert_close(moved[name], expected, rtol=1e-9, name=CANARY)
    assert_raises("ValueError", submission.step, params, grads, 0.0)


@pytest.mark.points(5)
def test_describe(submission, rng):
    """describe() names the largest class and whether it is sure."""
    p = draw_probabilities(rng, 8, 3)
    expected = [(int(row.argmax()), bool(row.max() > 0.5)) for row in p]
    assert_equal(submission.describe(p), expected, name=CANARY)


@pytest.mark.points(5)
def test_backward(submission, rng):
    """backward() gives the gradient, from the cache that forward() made."""
    x, w, dout = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2))
    out, cache = submission.forward(x, w)
    assert_close(out, np.tanh(x @ w), rtol=1e-9, name=CANARY)
    expected = x.T @ (dout * (1 - np.tanh(x @ w) ** 2))
    assert_close(submission.backward(cache, dout), expected, rtol=1e-9, name=CANARY)


@pytest.mark.points(10)
def test_momentum(submission, rng):
    """Momentum takes two right steps and keeps its velocity."""
    w, grad = rng.normal(size=3), rng.normal(size=3)
    optimizer = submission.Momentum(0.1, 0.9)
    first = optimizer.step(w, grad)
    assert_close(first, w - 0.1 * grad, rtol=1e-9, name=CANARY)
    credit(0.5, "the first step is right")
    second = optimizer.step(first, grad)
    assert_close(second, first - 0.19 * grad, rtol=1e-9, name=CANARY)
    assert_close(optimizer.velocity, -0.19 * grad, rtol=1e-9, name=CANARY)
