"""Scaling by the training rows alone, and the leaks that are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks.preprocessing import assert_standardised
from grader.errors import SpecError

RNG = np.random.default_rng(0)
X_TRAIN = RNG.normal(loc=[5.0, 0.99], scale=[100.0, 0.002], size=(40, 2))
X_VALID = 2 * X_TRAIN[:12] + 1
X_TEST = X_TRAIN[:6] - 3


def scaled(fit: Callable[[Any], Any]) -> list[Any]:
    """Scale each array by the rows that `fit` chooses for it."""
    arrays = []
    for X in (X_TRAIN, X_VALID, X_TEST):
        basis = fit(X)
        arrays.append((X - basis.mean(axis=0)) / basis.std(axis=0))
    return arrays


def told(result: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_standardised(result, X_TRAIN, X_VALID, X_TEST)
    return str(caught.value)


def test_the_statistics_of_the_training_rows_pass() -> None:
    right = scaled(lambda X: X_TRAIN)
    assert_standardised(right, X_TRAIN, X_VALID, X_TEST)
    assert_standardised(tuple(X.astype(np.float32) for X in right), X_TRAIN, X_VALID, X_TEST)


@pytest.mark.parametrize(
    ("fit", "text"),
    [
        (lambda X: np.concatenate([X_TRAIN, X_VALID, X_TEST]), "X_train is wrong: its mean and"),
        (lambda X: np.concatenate([X_TRAIN, X_VALID, X_TEST]), "training, validation and test"),
        (lambda X: np.concatenate([X_TRAIN, X_VALID]), "over training and validation rows tog"),
        (lambda X: X, "the scaled X_valid is wrong: it was scaled by its own mean"),
        (lambda X: X_VALID, "the scaled X_train is wrong at"),
    ],
)
def test_a_leak_is_told(fit: Callable[[Any], Any], text: str) -> None:
    assert text in told(scaled(fit))


def test_other_scalings_are_told() -> None:
    arrays = (X_TRAIN, X_VALID, X_TEST)
    assert "the scaled X_train is wrong: it is not scaled at all" in told(arrays)
    low, span = X_TRAIN.min(axis=0), np.ptp(X_TRAIN, axis=0)
    assert "to the range from 0 to 1" in told([(X - low) / span for X in arrays])
    mean, deviation = X_TRAIN.mean(axis=0), X_TRAIN.std(axis=0, ddof=1)
    assert "factor" in told([(X - mean) / deviation for X in arrays])


@pytest.mark.parametrize("result", [None, [X_TRAIN, X_VALID], X_TRAIN])
def test_something_else_than_three_arrays_is_told(result: Any) -> None:
    assert "expected three arrays" in told(result)


def test_a_wrong_kind_of_content_is_told() -> None:
    assert "the scaled X_train is None" in told([None, X_VALID, X_TEST])
    assert "shape" in told([X_TRAIN.T, X_VALID, X_TEST])


def test_a_constant_column_is_the_authors_mistake() -> None:
    ones = np.ones((3, 1))
    with pytest.raises(SpecError, match="constant"):
        assert_standardised([ones, ones, ones], ones, ones, ones)
