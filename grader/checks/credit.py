"""Partial credit within one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

__all__ = ["Credits", "collect_credit", "credit"]


class Credits:
    """What one running test has granted so far."""

    def __init__(self) -> None:
        self.fraction = Decimal(0)
        self.message = ""


_current: ContextVar[Credits | None] = ContextVar("credits", default=None)


def credit(fraction: float, message: str) -> None:
    """Grant part of the test's points from here on, whatever happens next.

    The highest fraction is kept if the test fails later; a test that passes gives all points.

    Args:
        fraction: share of the test's points, 0 < fraction <= 1.
        message: what was right and what is still wrong, for the student.

    Raises:
        ValueError: the fraction is 0 or less, or more than 1.
    """
    if not 0 < fraction <= 1:
        raise ValueError(f"credit({fraction!r}): the fraction must be above 0 and at most 1")
    credits_ = _current.get()
    exact = Decimal(str(fraction))
    if credits_ is not None and exact > credits_.fraction:
        credits_.fraction, credits_.message = exact, message


@contextmanager
def collect_credit() -> Iterator[Credits]:
    """Collect what :func:`credit` grants inside this block."""
    credits_ = Credits()
    token = _current.set(credits_)
    try:
        yield credits_
    finally:
        _current.reset(token)
