"""Hidden tests of the half that every hostile submission gets right. canary-hidden-5d1c07."""

from __future__ import annotations

import pytest

from grader.checks import assert_close, assert_equal, assert_unmodified

CANARY = "canary-hidden-5d1c07"


@pytest.mark.points(10)
def test_affine(submission, reference, rng):
    """affine() is right for many shapes."""
    for n, k, m in ((1, 1, 1), (5, 2, 3), (2, 6, 1)):
        x, w, b = rng.normal(size=(n, k)), rng.normal(size=(k, m)), rng.normal(size=m)
        expected = reference.affine(x, w, b)
        assert_close(submission.affine(x, w, b), expected, rtol=1e-9, name=CANARY)


@pytest.mark.points(5)
def test_affine_keeps_its_inputs(submission, rng):
    """affine() changes none of its arguments."""
    x, w, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    answer = assert_unmodified(submission.affine, x, w, b)
    assert_close(answer, x @ w + b, rtol=1e-9, name=CANARY)


@pytest.mark.points(10)
def test_standardize(submission, rng):
    """standardize() gives columns of mean 0 and standard deviation 1."""
    x = rng.normal(size=(20, 3)) * 5 + 2
    expected = (x - x.mean(axis=0)) / x.std(axis=0)
    assert_close(submission.standardize(x), expected, rtol=1e-9, atol=1e-12, name=CANARY)


@pytest.mark.points(15)
def test_tally(submission, rng):
    """Tally adds up and remembers, each one for itself."""
    amounts = [int(amount) for amount in rng.integers(-50, 50, size=6)]
    first, second = submission.Tally(3), submission.Tally()
    assert first != second, CANARY
    for amount in amounts:
        first.add(amount)
    assert_equal(second.add(amounts[0]), amounts[0], name=CANARY)
    assert_equal(first.total, 3 + sum(amounts), name=CANARY)
    assert_equal(first.amounts, amounts, name=CANARY)
