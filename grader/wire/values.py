"""What a value is on the wire: a JSON tree, and buffers that it names by index.

``None``, booleans, numbers and strings are themselves in JSON; everything else is an object with
a ``k`` (kind). The kinds keep apart what tests must be able to tell apart: tuple and list, an
``int`` key and a string key, a 0-d array and a numpy scalar and a Python float, ``None`` and NaN.

A worker numbers every container, array and object that it sends (``r``), so that the grader can
hand back the very same object later; see :class:`Reference`.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["MAX_DEPTH", "MAX_DIGITS", "MAX_NAME", "Reference", "Tree"]

Tree = Any  # JSON: None, bool, int, float, str, or a dict with a kind

MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 100_000
MAX_NAME: Final = 200


class Reference:
    """A value that lives in the worker, named by its number there."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
