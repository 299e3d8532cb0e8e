"""Checks of code that scales data: its statistics must come from the training rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.comparison import assert_close
from grader.checks.numeric import NotNumbers, as_numbers
from grader.checks.wording import describe
from grader.errors import SpecError

__all__ = ["assert_standardised"]

Floats = NDArray[np.float64]


def assert_standardised(
    scaled: object, X_train: NDArray[Any], X_valid: NDArray[Any], X_test: NDArray[Any]
) -> None:
    """Pass if three arrays are scaled by the mean and standard deviation of ``X_train``'s columns.

    Args:
        scaled: what ``preprocess(X_train, X_valid, X_test)`` returned.
        X_train: (n, d) rows that decide the statistics (ddof = 0).
        X_valid: (m, d) rows; should lie elsewhere, so that a leak changes many digits.
        X_test: (k, d) rows, likewise.

    Raises:
        AssertionError: they are not; the message names a usual mistake where it is one.
        SpecError: a column of ``X_train`` is constant.
    """
    __tracebackhide__ = True
    if not (isinstance(scaled, list | tuple) and len(scaled) == 3):
        raise AssertionError(f"preprocess() returned {describe(scaled)}, expected three arrays")
    given = {"X_train": X_train, "X_valid": X_valid, "X_test": X_test}
    right = [_standardised(X, X_train) for X in given.values()]
    for (name, X), got, expected in zip(given.items(), scaled, right, strict=True):
        label = f"the scaled {name}"
        try:
            # Single precision leaves about 1e-4 of a column whose mean is far from 0.
            assert_close(got, expected, rtol=1e-3, atol=2e-3, name=label)
        except AssertionError as error:
            for mistake, wrong in _leaks(X, given):
                if _equal(got, wrong):
                    raise AssertionError(f"{label} is wrong: {mistake}") from error
            raise


def _leaks(X: NDArray[Any], given: dict[str, NDArray[Any]]) -> Iterator[tuple[str, Floats]]:
    """Yield what is often done instead, and what comes of it."""
    everything = np.concatenate(list(given.values()))
    yield "it is not scaled at all", np.asarray(X, dtype=np.float64)
    yield (
        "its mean and standard deviation were taken over training, validation and test rows "
        "together; fit the scaler on X_train alone",
        _standardised(X, everything),
    )
    yield (
        "its mean and standard deviation were taken over training and validation rows together; "
        "fit the scaler on X_train alone",
        _standardised(X, np.concatenate([given["X_train"], given["X_valid"]])),
    )
    yield (
        "it was scaled by its own mean and standard deviation; fit the scaler on X_train alone, "
        "and only transform the others",
        _standardised(X, X),
    )
    low, high = given["X_train"].min(axis=0), given["X_train"].max(axis=0)
    yield (
        "it was scaled to the range from 0 to 1, expected mean 0 and standard deviation 1",
        (X - low) / (high - low),
    )


def _standardised(X: NDArray[Any], basis: NDArray[Any]) -> Floats:
    deviation = basis.std(axis=0)
    if not deviation.all():
        raise SpecError("a column is constant, so it cannot be standardised")
    return np.asarray((X - basis.mean(axis=0)) / deviation, dtype=np.float64)


def _equal(got: object, wrong: Floats) -> bool:
    try:
        array = as_numbers(got)
    except NotNumbers:
        return False
    return array.shape == wrong.shape and bool(np.allclose(array, wrong, rtol=1e-3, atol=2e-3))
