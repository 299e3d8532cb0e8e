"""Points as text: the one place where they are rounded to be shown or handed on."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

__all__ = ["number"]


def number(value: Decimal | float, *, digits: int = 2) -> str:
    """Write a number rounded half up and without trailing zeros: ``7.5``, ``100``, ``0.13``.

    Args:
        value: a finite number; a float is taken as it is printed, so 0.285 gives ``0.29``.
        digits: how many decimals there are at most: two for people, four for programs, which is
            what a grade document has.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
