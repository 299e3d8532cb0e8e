"""What to do about an array of the wrong shape.

Facts about the shapes alone are said as facts; "equal if ..." is said only after the values were
compared, and only if the expected ones are not all the same (a single one: no whole number).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.explanations import MAX_ENTRIES
from grader.checks.tolerance import Tolerance

__all__ = ["explain_shape"]

MAX_AXES = 4


def explain_shape(
    actual: NDArray[Any], expected: NDArray[Any], tolerance: Tolerance | None = None
) -> str:
    """Return how the shape of ``actual`` relates to that of ``expected``, or an empty text.

    Args:
        actual: numeric array of the wrong shape.
        expected: numeric array.
        tolerance: when given, values are compared too.
    """
    with np.errstate(all="ignore"):
        if tolerance is not None and actual.size <= MAX_ENTRIES >= expected.size:
            close = tolerance.tightened(actual, expected)
            if _squeezed(actual.shape) == _squeezed(expected.shape):
                if expected.size and close.agree(actual.reshape(expected.shape), expected):
                    return f"equal {_one_axis(actual.shape, expected.shape)}"
            elif _telling(expected):
                for phrase, candidate in _candidates(actual, expected):
                    if close.agree(candidate, expected):
                        return f"equal {phrase}"
    return _fact(actual.shape, expected.shape)


def _telling(expected: NDArray[Any]) -> bool:
    """Return whether equal values are evidence for the change that made them equal."""
    if expected.size == 1:
        return complex(expected.flat[0]).real % 1 != 0
    return expected.size > 0 and bool(np.any(expected != expected.flat[0]))


def _candidates(actual: NDArray[Any], expected: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield changes of ``actual`` that have the expected shape, the likeliest first."""
    shape = expected.shape
    if actual.ndim == expected.ndim <= MAX_AXES:
        if actual.shape[::-1] == shape:
            yield "if transposed", actual.T
        for axes in permutations(range(actual.ndim)):
            if tuple(actual.shape[axis] for axis in axes) == shape:
                yield f"if the axes are put in the order {axes}", actual.transpose(axes)
    if actual.size == expected.size:
        yield f"if reshaped to {shape}", actual.reshape(shape)
    for axis, name in _longer_by_one(actual.shape, shape):
        yield f"without the last {name}", np.delete(actual, -1, axis)
        yield f"without the first {name}", np.delete(actual, 0, axis)
    yield from _reductions(actual, expected)


def _reductions(actual: NDArray[Any], expected: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    if actual.ndim > MAX_AXES or actual.size == 0:
        return
    if expected.ndim == 0:
        yield "after taking the mean of all entries", np.asarray(np.mean(actual))
        yield "after taking the sum of all entries", np.asarray(np.sum(actual))
        return
    for axis, length in enumerate(actual.shape):
        if actual.shape[:axis] + actual.shape[axis + 1 :] == expected.shape and length > 1:
            yield f"after taking the mean along axis {axis}", np.asarray(np.mean(actual, axis))
            yield f"after taking the sum along axis {axis}", np.asarray(np.sum(actual, axis))


def _fact(actual: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """Return what the two shapes alone tell."""
    if _squeezed(actual) == _squeezed(expected):
        return f"right {_one_axis(actual, expected)}"
    if len(actual) > 1 and actual[::-1] == expected:
        return "it has the shape of the transposed array"
    size = int(np.prod(expected, dtype=object)) if expected else 1
    if size > 1 and actual == (size, size) and _squeezed(expected) == (size,):
        return (
            f"({size}, {size}) comes from combining shapes ({size}, 1) and ({size},): "
            f"give both the same shape first"
        )
    for axis, name in _longer_by_one(actual, expected):
        return f"it has one {name} too many (axis {axis})"
    for axis, name in _longer_by_one(expected, actual):
        return f"it has one {name} too few (axis {axis})"
    if _broadcasts(actual, expected):
        return f"it would broadcast to {expected}: one value stands where several are expected"
    return ""


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _one_axis(actual: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """Return how axes of length 1 have to change: ``after dropping the axis of length 1``."""
    change = len(actual) - len(expected)
    if change == 0:
        return "after moving the axis of length 1"
    verb = "dropping" if change > 0 else "adding"
    axes = "the axis" if change == 1 else "an axis" if change == -1 else f"{abs(change)} axes"
    return f"after {verb} {axes} of length 1: {actual} instead of {expected}"


def _longer_by_one(longer: tuple[int, ...], shorter: tuple[int, ...]) -> Iterator[tuple[int, str]]:
    """Yield the only axis along which ``longer`` has one more, and what is one more there."""
    if len(longer) != len(shorter) or not longer:
        return
    differing = [axis for axis in range(len(longer)) if longer[axis] != shorter[axis]]
    if len(differing) == 1 and longer[differing[0]] == shorter[differing[0]] + 1:
        axis = differing[0]
        yield (
            axis,
            {(1, 0): "entry", (2, 0): "row", (2, 1): "column"}.get((len(longer), axis), "slice"),
        )


def _broadcasts(actual: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    """Return whether numpy would stretch ``actual`` to ``expected``."""
    if len(actual) > len(expected):
        return False
    pairs = zip(reversed(actual), reversed(expected), strict=False)
    return all(length in (1, wanted) for length, wanted in pairs)
