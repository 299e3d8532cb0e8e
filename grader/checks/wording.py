"""Values in words: short, safe to print, whatever a submission returned.

Nothing here calls a method of a value except ``repr`` of an object of unknown class, which the
wire guarantees to be harmless.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MESSAGE_LIMIT",
    "capped",
    "describe",
    "figures",
    "first_place",
    "indented",
    "place",
    "positions",
    "printed",
    "shown",
]

MESSAGE_LIMIT = 2000
VALUE_LIMIT = 80
KEYS_SHOWN = 8
SMALL = 16
LONG_BITS = 64

_CONTENT = {
    "O": "objects",
    "b": "booleans",
    "U": "strings",
    "S": "bytes",
    "M": "dates",
    "m": "durations",
}


def capped(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """Return ``text`` with at most ``limit`` characters; a cut is marked."""
    return text if len(text) <= limit else text[: limit - 4] + " ..."


def shown(value: object) -> str:
    """Return a value on one line of at most 80 characters."""
    if isinstance(value, str | bytes):
        text = repr(value[:VALUE_LIMIT])
        if text.startswith("'") and '"' not in text:
            text = f'"{text[1:-1]}"'  # paths then read result["W1"]
        length = f" ({len(value)} characters)" if len(value) > VALUE_LIMIT else ""
        return capped(text, VALUE_LIMIT) + length
    if isinstance(value, int) and value.bit_length() > LONG_BITS:  # repr() refuses 4300 digits
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, np.generic):
        return capped(str(value), VALUE_LIMIT)
    if isinstance(value, list | tuple | dict | set | frozenset | np.ndarray):
        return describe(value)
    return capped(repr(value).replace("\n", " "), VALUE_LIMIT)


def describe(value: object) -> str:
    """Return what kind of value this is, with its article: ``an array of shape (4,)``."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray) and value.ndim:
        content = _CONTENT.get(value.dtype.kind, "")
        return f"an array of shape {value.shape}" + (f" that holds {content}" if content else "")
    if isinstance(value, dict):
        keys = [shown(key) for key, _ in zip(value, range(KEYS_SHOWN), strict=False)]
        more = ", ..." if len(value) > KEYS_SHOWN else ""
        return f"a dict with the keys {', '.join(keys)}{more}" if keys else "an empty dict"
    if isinstance(value, list | tuple | set | frozenset):
        kind = type(value).__name__
        kind = kind if kind in {"list", "tuple", "set", "frozenset"} else "sequence"
        return f"a {kind} of length {len(value)}"
    return _describe_scalar(value)


def _describe_scalar(value: object) -> str:
    if isinstance(value, np.ndarray):
        value = value[()]
    if isinstance(value, bool | np.bool_):
        return f"the boolean {bool(value)}"
    if isinstance(value, str):
        return f"the string {shown(value)}"
    if isinstance(value, bytes):
        return f"the bytes {shown(value)}"
    if isinstance(value, int | float | complex | np.number):
        huge = isinstance(value, int) and value.bit_length() > LONG_BITS
        return shown(value) if huge else f"the number {shown(value)}"
    return f"the object {shown(value)}"


def figures(actual: Any, expected: Any) -> tuple[str, str]:
    """Return two different numbers with as many digits as it takes to tell them apart."""
    if "b" in (actual.dtype.kind, expected.dtype.kind):
        return str(actual.item()), str(expected.item())
    for digits in (6, 9, 12, 17):
        texts = (f"{actual.item():.{digits}g}", f"{expected.item():.{digits}g}")
        if texts[0] != texts[1]:
            return texts
    return str(actual.item()), str(expected.item())


def place(index: tuple[int, ...]) -> str:
    """Return an index as it is written in code: ``[2, 1]``."""
    return f"[{', '.join(str(position) for position in index)}]"


def printed(array: NDArray[Any], label: str) -> str:
    """Return a small array under its label, its lines aligned; empty for a large array."""
    if not 2 <= array.size <= SMALL or array.ndim > 3:
        return ""
    text = np.array2string(array, precision=6, max_line_width=88, prefix=label, threshold=SMALL)
    return label + text


def indented(text: str) -> str:
    """Return a further line of a message, or nothing for an empty text."""
    return f"\n  {text}" if text else ""


def first_place(where: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the index of the first True entry; () for a single number."""
    return tuple(int(index) for index in np.unravel_index(np.argmax(where), where.shape))


def positions(array: NDArray[Any], bad: NDArray[np.bool_]) -> str:
    """Return ``NaN at 3 of 12 entries, first at [0, 2]`` for entries that are not finite."""
    nan = np.isnan(array[bad])
    kind = "NaN" if nan.all() else "NaN or infinity" if nan.any() else "infinity"
    if array.ndim == 0:
        return kind
    count = np.count_nonzero(bad)
    return f"{kind} at {count} of {array.size} entries, first at {place(first_place(bad))}"
