"""Partial credit within one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from grader.model import MetricResult

__all__ = ["Credits", "collect_credit", "credit", "current"]


class Credits:
    """What one running test has granted so far, and what it has measured of a metric."""

    def __init__(self) -> None:
        self.fraction = Decimal(0)
        self.message = ""
        self.metric: MetricResult | None = None

    def add(self, fraction: float, message: str) -> None:
        """Grant a share of the points, in [0, 1]; the highest that was granted counts."""
        exact = Decimal(str(fraction))
        if exact > self.fraction:
            self.fraction, self.message = exact, message


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
    if credits_ is not None:
        credits_.add(fraction, message)


def current() -> Credits | None:
    """Return what the running test was granted; None where nobody collects it."""
    return _current.get()


@contextmanager
def collect_credit() -> Iterator[Credits]:
    """Collect what :func:`credit` grants inside this block."""
    credits_ = Credits()
    token = _current.set(credits_)
    try:
        yield credits_
    finally:
        _current.reset(token)
