"""Public tests: an example, and the same on numbers that nobody knows beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.points(10)
def test_affine_example(submission, rng):
    """affine() multiplies and adds."""
    answer = submission.affine(np.ones((1, 2)), np.ones((2, 1)), np.zeros(1))
    assert_close(answer, np.array([[2.0]]), name="affine(1, 1, 0)")
    x, w, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    assert_close(submission.affine(x, w, b), x @ w + b, rtol=1e-9, name="affine(x, w, b)")


@pytest.mark.points(10)
def test_softmax_example(submission, rng):
    """softmax() of equal numbers is uniform, and of others is not."""
    assert_close(submission.softmax(np.zeros((1, 2))), np.array([[0.5, 0.5]]), name="softmax(0)")
    z = rng.normal(size=(3, 4))
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert_close(submission.softmax(z), expected, rtol=1e-9, name="softmax(z)")
