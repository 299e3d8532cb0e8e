"""The one simple relation between a wrong array and the right one, if there is exactly one.

A relation is claimed only if it explains every entry and could hardly hold by chance; otherwise
nothing is said. What counts as evidence:

* A number is *telling* if it has more than three significant digits: -0.693147 for 0.693147 is
  no coincidence, -1 for 1 may be one.
* A relation without a free parameter (sign, squares, logits) needs one telling number, or three
  different expected magnitudes besides 0.
* A relation that fits a parameter (factor, constant) needs three entries that are not all the
  same. A factor named by the test's author has no free parameter.
* A relation about order needs three different entries, rows or columns; for a reversal or a
  shift more than half, for any other order all must differ.
* "Right except" needs three right entries of two different values, and wrong ones that fill
  half of the row or column that is named.
* Rounding to integers needs four fractions and two different results, rounding to one decimal
  three different results.

Relations must hold to the test's tolerance, or to the rounding error of the submission's own
float type if that is larger. Arrays above a million entries, complex numbers, NaN and infinity
get no explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.tolerance import Tolerance
from grader.checks.wording import place

__all__ = ["MAX_ENTRIES", "Mismatch", "explain"]

MAX_ENTRIES = 1_000_000

Floats = NDArray[np.float64]

# A factor beyond this is a number divided by noise.
_MAX_FACTOR = 1e12


@dataclass(frozen=True)
class Mismatch:
    """Two different arrays of one shape with finite entries, and what counts as close.

    Attributes:
        actual: what the submission returned, float64.
        expected: what was right, float64 of the same shape.
        wrong: where they differ by more than the test allows.
        close: closeness within which a relation must hold.
        factors: likely factors by name, such as ``{"batch size": 4}``.
    """

    actual: Floats
    expected: Floats
    wrong: NDArray[np.bool_]
    close: Tolerance
    factors: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def coarse(self) -> Floats:
        """The expected entries to six digits of the largest: equal if they differ by rounding."""
        scale = float(np.max(np.abs(self.expected))) or 1.0
        return np.asarray(np.round(self.expected / scale, 6) + 0.0, dtype=np.float64)

    @cached_property
    def varied(self) -> bool:
        """True if the expected entries are not all (nearly) the same."""
        return _varied(self.expected)

    @property
    def noise(self) -> float:
        """Magnitude up to which entries say nothing."""
        return 10 * self.close.atol

    @cached_property
    def substantial(self) -> bool:
        """True if a relation without a free parameter could hardly hold by chance."""
        if np.count_nonzero(np.unique(np.abs(self.coarse))) >= 3:
            return True
        return _telling(self.expected, self.noise) or _telling(self.actual, self.noise)

    def agree(self, actual: Floats, expected: Floats) -> bool:
        """Return whether two transformed arrays agree everywhere."""
        return self.close.agree(actual, expected)


def explain(
    actual: NDArray[Any],
    expected: NDArray[Any],
    tolerance: Tolerance,
    factors: Mapping[str, float] | None = None,
) -> str:
    """Return how a wrong array relates to the right one, or an empty text.

    Args:
        actual: numeric array that differs from ``expected`` by more than ``tolerance``.
        expected: numeric array of the same shape.
        tolerance: what the test allows.
        factors: likely factors by name; said with the factor that is found.
    """
    if not 0 < expected.size <= MAX_ENTRIES or "c" in (actual.dtype.kind, expected.dtype.kind):
        return ""
    with np.errstate(all="ignore"):
        wrong = ~tolerance.within(actual, expected)
        close = tolerance.tightened(actual, expected)
        floats = actual.astype(np.float64), expected.astype(np.float64)
        if not all(np.isfinite(array).all() for array in floats):
            return ""
        mismatch = Mismatch(*floats, wrong, close, dict(factors or {}))
        if mismatch.agree(*floats):
            return _precision(actual)
        found = [claim for relation in RELATIONS if (claim := relation(mismatch))]
    return found[0] if len(found) == 1 else ""


def _precision(actual: NDArray[Any]) -> str:
    if actual.dtype.kind == "f" and actual.dtype.itemsize < 8:
        return f"equal to within the precision of {actual.dtype.name}: compute in float64"
    return "equal to within rounding errors"


# --- evidence -------------------------------------------------------------------------------


def _varied(array: Floats) -> bool:
    return bool(np.ptp(array) > 1e-6 * np.max(np.abs(array)))


def _telling(array: Floats, noise: float) -> bool:
    """Return whether one of the first thousand entries has over three significant digits."""
    numbers = np.abs(array.reshape(-1)[:1000]).tolist()
    return any(
        number > noise and abs(float(f"{number:.3g}") - number) > 1e-6 * number
        for number in numbers
    )


# --- relations ------------------------------------------------------------------------------


def _sign(m: Mismatch) -> str:
    """Every sign flipped, or the labels of two classes swapped."""
    if m.actual.any() and m.substantial and m.agree(-m.actual, m.expected):
        return "sign flipped"
    return "the two classes are swapped" if _classes_swapped(m) else ""


def _classes_swapped(m: Mismatch) -> bool:
    labels = np.unique(m.expected)
    if m.expected.size < 4 or labels.size != 2 or not m.wrong.all():
        return False
    if not np.array_equal(np.unique(m.actual), labels):
        return False
    return bool(np.all(m.actual + m.expected == labels.sum()))


def _factor(m: Mismatch) -> str:
    """One factor everywhere, other than 1 and -1."""
    if not m.actual.any() or not m.expected.any():
        return ""
    largest = np.unravel_index(np.argmax(np.abs(m.expected)), m.expected.shape)
    factor = float(m.actual[largest] / m.expected[largest])
    if not 1 / _MAX_FACTOR < abs(factor) < _MAX_FACTOR:
        return ""
    if abs(abs(factor) - 1) <= 10 * m.close.rtol:
        return ""
    nonzero = np.abs(m.expected[np.abs(m.expected) > m.noise])
    fitted = nonzero.size >= 3 and _varied(nonzero)
    name = _factor_name(factor, m)
    if not (fitted or (name and m.substantial)) or not m.agree(m.actual, factor * m.expected):
        return ""
    meaning = f", which is {name}" if name else ""
    return f"equal up to the factor {_fraction(factor, m.close.rtol)}{meaning}"


def _factor_name(factor: float, m: Mismatch) -> str:
    """Return what the test's author calls this factor, its inverse or its negative."""
    names = []
    for name, value in m.factors.items():
        candidates = {f"the {name}": value, f"minus the {name}": -value}
        if value:
            candidates |= {f"1 over the {name}": 1 / value, f"minus 1 over the {name}": -1 / value}
        close = 10 * m.close.rtol * abs(factor)
        names += [text for text, number in candidates.items() if abs(number - factor) <= close]
    return " or ".join(names)


def _fraction(value: float, rtol: float) -> str:
    """Return 4 as ``4``, 0.25 as ``1/4`` and 0.7345 as it is."""
    whole, inverse = round(value), round(1 / value)
    if abs(whole - value) <= rtol * abs(value):
        return str(whole)
    if inverse and abs(1 / inverse - value) <= rtol * abs(value):
        return f"{'-' * (inverse < 0)}1/{abs(inverse)}"
    return f"{value:.6g}"


def _constant(m: Mismatch) -> str:
    """One constant added everywhere."""
    if m.expected.size < 3 or not m.varied:
        return ""
    constant = float((m.actual - m.expected).flat[0])
    noise = m.close.atol + m.close.rtol * float(np.max(np.abs(m.expected)))
    if abs(constant) <= 10 * noise or not m.agree(m.actual - constant, m.expected):
        return ""
    return f"shifted by a constant {constant:.6g}"


def _axes(m: Mismatch) -> str:
    """A square matrix transposed."""
    if m.expected.ndim != 2 or m.expected.shape[0] != m.expected.shape[1]:
        return ""
    if np.unique(m.coarse).size < 3 or not m.agree(m.actual.T, m.expected):
        return ""
    return "equal if transposed"


def _order(m: Mismatch) -> str:
    """Reversed, one step early or late, or any other order, along exactly one axis."""
    found = [claim for axis in range(m.expected.ndim) if (claim := _order_along(axis, m))]
    return found[0] if len(found) == 1 else ""


def _order_along(axis: int, m: Mismatch) -> str:
    length = m.expected.shape[axis]
    actual = np.moveaxis(m.actual, axis, 0).reshape(length, -1)
    expected = np.moveaxis(m.expected, axis, 0).reshape(length, -1)
    if length < 2:
        return ""
    different = _different_rows(np.moveaxis(m.coarse, axis, 0).reshape(length, -1))
    if different >= 3 and 2 * different > length:
        along = "" if m.expected.ndim == 1 else f" along axis {axis}"
        if m.agree(actual[::-1], expected):
            return f"reversed{along}"
        for now, then, word in (
            (actual[1:], expected[:-1], "late"),
            (actual[:-1], expected[1:], "early"),
        ):
            if length >= 4 and m.agree(now, then):
                return (
                    f"off by one step: equal to the expected values shifted by one position "
                    f"along axis {axis} (one step {word})"
                )
    # Two rows can only be swapped; with three different numbers in them that is no accident.
    enough = different == length and (length >= 3 or np.unique(m.coarse).size >= 3)
    if enough and _same_rows(actual, expected, m):
        noun = {(1, 0): "entries", (2, 0): "rows", (2, 1): "columns"}.get(
            (m.expected.ndim, axis), f"slices along axis {axis}"
        )
        return f"{noun} in a different order"
    return ""


def _different_rows(rows: Floats) -> int:
    if rows.shape[1] == 1:
        return int(np.unique(rows).size)
    return len({row.tobytes() for row in rows})


def _same_rows(actual: Floats, expected: Floats, m: Mismatch) -> bool:
    """Return whether both hold the same rows, in whatever order."""
    # Sorted by one number each, since sorting entry by entry is not stable against rounding.
    # A tie that is broken differently only costs the claim.
    weights = np.cos(np.arange(1.0, actual.shape[1] + 1))
    order = np.argsort(actual @ weights), np.argsort(expected @ weights)
    return m.agree(actual[order[0]], expected[order[1]])


def _exception(m: Mismatch) -> str:
    """Right except one entry, row, column or slice."""
    right = m.coarse[~m.wrong]
    if right.size < 3 or np.unique(right).size < 2:
        return ""
    where = np.nonzero(m.wrong)
    if where[0].size == 1:
        return f"right except {_entry(tuple(int(index[0]) for index in where), m.expected.shape)}"
    for axis, index in enumerate(where):
        length = m.expected.shape[axis]
        if length < 2 or np.any(index != index[0]) or 2 * index.size * length < m.wrong.size:
            continue
        noun = {(2, 0): "row", (2, 1): "column"}.get(
            (m.expected.ndim, axis), f"axis {axis} at index"
        )
        return f"right except {noun} {index[0]}"
    return ""


def _entry(index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    if len(index) == 1 and index[0] in (0, shape[0] - 1):
        return "the last entry" if index[0] else "the first entry"
    return f"the entry {place(index)}"


def _rounding(m: Mismatch) -> str:
    """Integers where fractions are expected, fractions where integers are, or few decimals."""
    whole = np.all(m.actual == np.round(m.actual)), np.all(m.expected == np.round(m.expected))
    fractions = m.actual if whole[1] else m.expected
    if np.count_nonzero(fractions != np.round(fractions)) >= 4 and any(whole):
        if whole[1] and m.varied and m.agree(np.round(m.actual), m.expected):
            return "equal if rounded to integers"
        if whole[0] and np.unique(m.actual).size >= 2:
            for word, function in (("rounded", np.round), ("truncated", np.trunc)):
                if m.agree(m.actual, function(m.expected)):
                    return f"equal to the expected values {word} to integers"
        return ""
    return _decimals(m)


def _decimals(m: Mismatch) -> str:
    scale = float(np.max(np.abs(m.actual)))
    for decimals in range(1, 7):
        if 1e-7 * scale > 1e-2 * 10.0**-decimals:  # any float32 is close to so few decimals
            break
        rounded = np.round(m.expected, decimals)
        if np.all(np.abs(m.actual - rounded) <= 1.2e-7 * np.abs(rounded)):
            enough = decimals >= 2 or np.unique(rounded).size >= 3
            noun = "decimal" if decimals == 1 else "decimals"
            return f"equal to the expected values rounded to {decimals} {noun}" if enough else ""
    return ""


def _power(m: Mismatch) -> str:
    """Squares, or square roots, of what is expected."""
    if not m.substantial:
        return ""
    if m.agree(m.actual, np.square(m.expected)):
        return "the square of the expected values"
    if np.all(m.actual >= 0) and m.agree(np.square(m.actual), m.expected):
        return "the square root of the expected values"
    return ""


def _links(m: Mismatch) -> str:
    """Logits for probabilities, logarithms for numbers, and the other way round."""
    if not m.substantial or not m.actual.any():
        return ""
    for name, function in (("sigmoid", _sigmoid), ("softmax", _softmax), ("exp", np.exp)):
        if name == "softmax" and not (
            m.expected.ndim and m.expected.shape[-1] >= 2 and m.varied and _varied(m.actual)
        ):
            continue
        if m.agree(function(m.actual), m.expected):
            kinds = "logarithms for numbers" if name == "exp" else "logits for probabilities"
            return f"{kinds}: equal after {name}"
        if m.agree(m.actual, function(m.expected)):
            return f"equal to {name} of the expected values"
    return ""


def _sigmoid(array: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-array)))


def _softmax(array: Floats) -> Floats:
    powers = np.exp(array - np.max(array, axis=-1, keepdims=True))
    return np.asarray(powers / np.sum(powers, axis=-1, keepdims=True))


RELATIONS: tuple[Callable[[Mismatch], str], ...] = (
    _sign,
    _factor,
    _constant,
    _axes,
    _order,
    _exception,
    _rounding,
    _power,
    _links,
)
