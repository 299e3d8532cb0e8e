"""Figures about many grades: averages, a histogram's bars, the tests that cost most points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median

from grader.model import Grade, GradeStatus, Status

__all__ = ["Bar", "Summary", "TestColumn", "columns", "handed_in", "histogram", "share", "summary"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares of the maximum, from 0 to 1, over everything that was handed in."""

    count: int
    mean: float
    median: float
    full: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: scores from ``low`` up to ``high`` percent.

    ``height`` is from 0 to 1, relative to the highest bar.
    """

    low: int
    high: int
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class TestColumn:
    """One test over a class: its number on the page and the share of its points that was lost."""

    __test__ = False  # not a test of pytest's, whatever its name says

    number: int
    id: str
    title: str
    lost: float


def share(grade: Grade) -> float:
    """The score as a share of the maximum, from 0 to 1."""
    return float(grade.score / grade.max_score) if grade.max_score else 0.0


def summary(shares: Sequence[float]) -> Summary:
    """Average the shares; all is 0 when there are none."""
    if not shares:
        return Summary(0, 0.0, 0.0, 0)
    return Summary(len(shares), fmean(shares), median(shares), sum(one >= 1 for one in shares))


def histogram(shares: Iterable[float], *, bins: int = 10) -> tuple[Bar, ...]:
    """Count the shares in bins of equal width; full marks belong to the last one."""
    counts = [0] * bins
    for one in shares:
        counts[max(0, min(bins - 1, int(one * bins + 1e-9)))] += 1
    highest = max(1, *counts)
    return tuple(
        Bar(100 * place // bins, 100 * (place + 1) // bins, count, count / highest)
        for place, count in enumerate(counts)
    )


def handed_in(grades: Iterable[Grade]) -> tuple[Grade, ...]:
    """All grades but those of students who handed in nothing."""
    return tuple(grade for grade in grades if grade.status is not GradeStatus.MISSING)


def columns(grades: Iterable[Grade]) -> tuple[TestColumn, ...]:
    """The tests of a class in order of appearance.

    Points that wait for a person (``errored``) are not lost, and a submission without verdicts
    says nothing about a test.
    """
    titles: dict[str, str] = {}
    lost: dict[str, Decimal] = {}
    possible: dict[str, Decimal] = {}
    for grade in grades:
        for verdict in grade.verdicts:
            titles.setdefault(verdict.id, verdict.title)
            if verdict.status is not Status.ERRORED:
                missed = verdict.max_points - verdict.points
                lost[verdict.id] = lost.get(verdict.id, Decimal(0)) + missed
                possible[verdict.id] = possible.get(verdict.id, Decimal(0)) + verdict.max_points
    return tuple(
        TestColumn(
            number, name, title, float(lost[name] / possible[name]) if possible.get(name) else 0.0
        )
        for number, (name, title) in enumerate(titles.items(), start=1)
    )
