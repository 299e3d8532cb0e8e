"""Checks of one property of a result, where no single right value exists.

Everything here raises :class:`AssertionError` with a sentence for a student, whatever the
submission returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.numeric import MAX_DEPTH, NotNumbers, as_numbers, is_numeric
from grader.checks.shapes import explain_shape
from grader.checks.wording import capped, first_place, indented, place, positions, shown

__all__ = ["assert_between", "assert_finite", "assert_shape"]


def assert_shape(
    actual: object, shape: int | tuple[int | None, ...], *, name: str = "result"
) -> None:
    """Pass if ``actual`` holds numbers in an array of this shape; None stands for any length.

    Args:
        actual: what the submission returned.
        shape: expected shape; an integer n means (n,).
        name: how messages call ``actual``.

    Raises:
        AssertionError: the shape is another, or there are no numbers.
    """
    __tracebackhide__ = True
    shape = (shape,) if isinstance(shape, int) else shape
    array = _require_numbers(actual, f"an array of shape {_pattern(shape)}", name)
    right = len(array.shape) == len(shape) and all(
        wanted in (None, length) for length, wanted in zip(array.shape, shape, strict=True)
    )
    if not right:
        hint = ""
        if None not in shape:
            wanted_shape = tuple(length or 0 for length in shape)
            hint = explain_shape(array, np.broadcast_to(np.float64(0), wanted_shape))
        raise AssertionError(
            f"{name} has shape {array.shape}, expected {_pattern(shape)}" + indented(hint)
        )


def assert_finite(actual: object, *, name: str = "result") -> None:
    """Pass if all numbers are finite, in an array or in nested dicts, lists and tuples.

    Args:
        actual: what the submission returned.
        name: how messages call ``actual``.

    Raises:
        AssertionError: NaN, an infinity, or something that is no number.
    """
    __tracebackhide__ = True
    for path, leaf in _leaves(actual, name):
        array = _require_numbers(leaf, "finite numbers", path)
        bad = ~np.isfinite(array)
        if bad.any():
            raise AssertionError(
                f"{capped(path, 200)} has {positions(array, bad)}, expected finite numbers"
            )


def assert_between(actual: object, low: float, high: float, *, name: str = "result") -> None:
    """Pass if all numbers lie in the closed interval from ``low`` to ``high``.

    Args:
        actual: what the submission returned, a number or an array.
        low: smallest number allowed; ``-inf`` for none.
        high: largest number allowed; ``inf`` for none.
        name: how messages call ``actual``.

    Raises:
        AssertionError: a number lies outside or is NaN, or something is no number.
        ValueError: ``low`` is not below or equal to ``high``.
    """
    __tracebackhide__ = True
    if not low <= high:
        raise ValueError(f"no number lies between {low} and {high}: low must be <= high")
    interval = f"between {low:.6g} and {high:.6g}"
    array = _require_numbers(actual, f"numbers {interval}", name)
    if array.dtype.kind == "c":
        raise AssertionError(f"{name} holds complex numbers, expected real numbers {interval}")
    outside = ~((array >= low) & (array <= high))
    if outside.any() and array.ndim == 0:
        raise AssertionError(f"{name} is {shown(array[()])}, expected a number {interval}")
    if outside.any():
        first = first_place(outside)
        raise AssertionError(
            f"{name} is not {interval} at {np.count_nonzero(outside)} of {array.size} entries, "
            f"first at {place(first)}: got {shown(array[first])}"
        )


def _leaves(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield the arrays and scalars of nested containers with their paths."""
    if isinstance(value, dict) and depth < MAX_DEPTH:
        for key, item in value.items():
            yield from _leaves(item, f"{path}[{shown(key)}]", depth + 1)
    elif isinstance(value, list | tuple) and depth < MAX_DEPTH and not is_numeric(value):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]", depth + 1)
    else:
        yield path, value


def _pattern(shape: tuple[int | None, ...]) -> str:
    """Return a shape as text, any length as ``n``: ``(n, 3)``."""
    lengths = ["n" if length is None else str(length) for length in shape]
    return f"({lengths[0]},)" if len(lengths) == 1 else f"({', '.join(lengths)})"


def _require_numbers(actual: object, wanted: str, name: str) -> NDArray[Any]:
    __tracebackhide__ = True
    try:
        return as_numbers(actual)
    except NotNumbers as reason:
        text = f"{capped(name, 200)} {reason}, expected {wanted}"
        raise AssertionError(text + indented(reason.remedy)) from None
