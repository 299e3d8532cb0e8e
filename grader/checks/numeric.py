"""Plain values as numeric arrays, without calling anything that a value brings along."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.wording import describe, place

__all__ = ["NotNumbers", "as_numbers", "is_numeric"]

MAX_DEPTH = 32

_NUMBERS = frozenset({bool, int, float, complex})
_AS_TEXT = "numbers written as text: convert them with float() or .astype(float)"


class NotNumbers(Exception):
    """A value is no number and no regular array of numbers.

    Attributes:
        remedy: what to do about it; empty when the reason says it.
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.remedy = remedy


def as_numbers(value: object) -> NDArray[Any]:
    """Return a number, an array or nested lists of numbers as an array of kind b, i, u, f or c.

    An array of objects is taken if every entry is a plain number. No attribute of an unknown
    object is looked up, since it might be a call into the worker.

    Raises:
        NotNumbers: the reason, with its verb: ``is None`` or ``holds None at [3]``.
    """
    return _convert(value, ())


def is_numeric(value: object) -> bool:
    """Return whether ``value`` is to be compared as one array.

    So are a number, an array of numbers and nested lists of numbers, but not a list of arrays.
    """
    if isinstance(value, list | tuple) and _holds_arrays(value):
        return False
    try:
        as_numbers(value)
    except NotNumbers:
        return False
    return True


def _holds_arrays(value: list[Any] | tuple[Any, ...]) -> bool:
    return any(
        (isinstance(item, np.ndarray) and item.ndim > 0)
        or (isinstance(item, list | tuple) and _holds_arrays(item))
        for item in value
    )


def _convert(value: object, index: tuple[int, ...]) -> NDArray[Any]:
    if isinstance(value, np.ndarray | np.generic):
        return _convert_array(np.asarray(value), index)
    if isinstance(value, list | tuple) and len(index) < MAX_DEPTH:
        return _convert_list(value, index)
    if type(value) in _NUMBERS:
        return _from_plain(value)
    raise NotNumbers(_found(describe(value), index), _AS_TEXT if _looks_numeric(value) else "")


def _found(what: str, index: tuple[int, ...]) -> str:
    return f"holds {what} at {place(index)}" if index else f"is {what}"


def _convert_array(array: NDArray[Any], index: tuple[int, ...]) -> NDArray[Any]:
    if array.dtype.kind in "biufc":
        return array
    if array.dtype.kind == "O":
        items = list(array.flat)
        for position, item in enumerate(items):
            if not (type(item) in _NUMBERS or isinstance(item, np.number | np.bool_)):
                where = tuple(int(i) for i in np.unravel_index(position, array.shape))
                remedy = _AS_TEXT if _looks_numeric(item) else ""
                raise NotNumbers(_found(describe(item), index + where), remedy)
        return _from_plain(items).reshape(array.shape)
    first = array.reshape(-1)[0].item() if array.size else None
    raise NotNumbers(_found(describe(array), index), _AS_TEXT if _looks_numeric(first) else "")


def _convert_list(values: list[Any] | tuple[Any, ...], index: tuple[int, ...]) -> NDArray[Any]:
    if not values or set(map(type, values)) <= _NUMBERS or _is_table(values):
        return _from_plain(values)
    parts = [_convert(item, (*index, position)) for position, item in enumerate(values)]
    for position, part in enumerate(parts):
        if part.shape != parts[0].shape:
            raise NotNumbers(
                f"holds entries of different shapes: {parts[0].shape} at {place((*index, 0))} and "
                f"{part.shape} at {place((*index, position))}"
            )
    if parts[0].ndim >= MAX_DEPTH:
        raise NotNumbers(f"has more than {MAX_DEPTH} axes")
    return np.stack(parts)


def _is_table(rows: list[Any] | tuple[Any, ...]) -> bool:
    """Return whether these are rows of plain numbers, all of one length: read in one go."""
    return (
        set(map(type, rows)) <= {list, tuple}
        and len(set(map(len, rows))) == 1
        and {type(item) for row in rows for item in row} <= _NUMBERS
    )


def _from_plain(value: object) -> NDArray[Any]:
    """Return plain numbers as an array; integers beyond 64 bits become floats."""
    try:
        array = np.array(value)
        return array.astype(float) if array.dtype.kind == "O" else array
    except OverflowError as error:
        verb = "holds" if isinstance(value, list | tuple) else "is"
        raise NotNumbers(f"{verb} an integer too large for a float") from error


def _looks_numeric(value: object) -> bool:
    if not isinstance(value, str | bytes) or len(value) > 40:
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True
