"""Closeness of two arrays, computed in blocks so that large arrays cost little extra memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tolerance", "worst"]

BLOCK = 1 << 20
SAMPLE = 1000

# Relative rounding error that a short computation in a float type may collect, by item size.
_ROUNDING = {2: 5e-3, 4: 1e-5}
_ROUNDING_FLOAT64 = 1e-9


@dataclass(frozen=True)
class Tolerance:
    """``|actual - expected| <= atol + rtol * |expected|``, entry by entry.

    NaN agrees with NaN only, an infinity with the same infinity only, -0.0 with 0.0. With both
    numbers 0 entries must be equal; integers are then compared as integers.

    Raises:
        ValueError: a tolerance is negative or not finite.
    """

    rtol: float = 0.0
    atol: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("rtol", self.rtol), ("atol", self.atol)):
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} is {value}, expected a finite number >= 0")

    @property
    def exact(self) -> bool:
        """True if no deviation at all is allowed."""
        return self.rtol == self.atol == 0

    def within(self, actual: NDArray[Any], expected: NDArray[Any]) -> NDArray[np.bool_]:
        """Return where two numeric arrays of one shape agree: boolean, of that shape."""
        agree = np.empty(actual.size, dtype=bool)
        flat_actual, flat_expected = actual.reshape(-1), expected.reshape(-1)
        for start in range(0, actual.size, BLOCK):
            block = slice(start, start + BLOCK)
            agree[block] = self._block(flat_actual[block], flat_expected[block])
        return agree.reshape(actual.shape)

    def agree(self, actual: NDArray[Any], expected: NDArray[Any]) -> bool:
        """Return whether two numeric arrays agree everywhere, shape included."""
        if actual.shape != expected.shape:
            return False
        step = max(1, actual.size // SAMPLE)
        sample = slice(None, None, step)
        if (
            step > 1
            and not self._block(actual.reshape(-1)[sample], expected.reshape(-1)[sample]).all()
        ):
            return False
        return bool(self.within(actual, expected).all())

    def tightened(self, actual: NDArray[Any], expected: NDArray[Any]) -> Tolerance:
        """Return the tolerance within which a relation between the two arrays must hold.

        At least the rounding error of ``actual``'s own float type, and at most one in a thousand:
        a test of a trained model may allow a deviation of 0.5, within which any relation holds.
        """
        rounding = _ROUNDING_FLOAT64
        if actual.dtype.kind == "f":
            rounding = _ROUNDING.get(actual.dtype.itemsize, rounding)
        scale = float(np.max(np.abs(expected), initial=0.0))
        scale = scale if math.isfinite(scale) else 0.0
        return Tolerance(
            rtol=max(min(self.rtol, 1e-3), rounding),
            atol=max(min(self.atol, 1e-5 * scale), 0.1 * rounding * scale),
        )

    def _block(self, actual: NDArray[Any], expected: NDArray[Any]) -> NDArray[np.bool_]:
        with np.errstate(all="ignore"):
            agree: NDArray[np.bool_] = actual == expected
            if agree.all():
                return agree
            agree |= np.isnan(actual) & np.isnan(expected)
            if self.exact:
                return agree
            kind = complex if "c" in (actual.dtype.kind, expected.dtype.kind) else float
            actual, expected = actual.astype(kind), expected.astype(kind)
            bound = self.atol + self.rtol * np.abs(expected)
            agree |= np.isfinite(expected) & (np.abs(actual - expected) <= bound)
        return agree


def worst(
    actual: NDArray[Any], expected: NDArray[Any], wrong: NDArray[np.bool_], *, relative: bool
) -> tuple[float, tuple[int, ...]]:
    """Return the largest difference among the wrong entries, and its index.

    A relative difference is divided by the expected number; NaN counts as infinity, and so does
    a relative difference from 0.
    """
    largest, position = -1.0, 0
    arrays = [array.reshape(-1) for array in (actual, expected, wrong)]
    kind = complex if "c" in (actual.dtype.kind, expected.dtype.kind) else float
    for start in range(0, actual.size, BLOCK):
        got, wanted, mask = (array[start : start + BLOCK] for array in arrays)
        with np.errstate(all="ignore"):
            difference = np.abs(got.astype(kind) - wanted.astype(kind))
            if relative:
                difference /= np.abs(wanted.astype(kind))
        difference[np.isnan(difference)] = np.inf
        difference[~mask] = -1.0
        best = int(np.argmax(difference))
        if difference[best] > largest:
            largest, position = float(difference[best]), start + best
    return largest, tuple(int(index) for index in np.unravel_index(position, actual.shape))
