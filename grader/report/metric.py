"""How a metric's value is told and drawn: from no points on the left to full marks on the right."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from grader.model import Better, Grade, MetricResult

__all__ = ["Gauge", "Pillar", "Spread", "gauge", "spreads"]

# A gauge is as wide as 1.5 times the way from no points to full marks, which so begin at one and
# at five sixths: in the middle of the first and the last of three columns of words.
_MARGIN = 0.25
_BINS = 24  # both ends of the way lie between two of them
_EDGE = 1.5  # percent; where a value is drawn that lies outside


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric's value on its way from no points to full marks.

    Attributes:
        value, zero, full: as they are written.
        worth: what full marks take, and how often a right solution gets there.
        basis: what the value is the mean of.
        place: where the value stands, in percent of the gauge's width.
        filled: how much of the width is earned, from ``zero`` on, in percent.
        reached: full marks were reached.
    """

    value: str
    zero: str
    full: str
    worth: str
    basis: str
    place: float
    filled: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Pillar:
    """How many values of a class lie in one part of a gauge.

    ``left`` is where it begins, in percent of the width; ``height`` is from 0 to 1, relative to
    the highest.
    """

    left: float
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class Spread:
    """One metric over a class, on the scale of its gauge.

    ``zero`` and ``full`` are those of the last grade. A value that was paid by other thresholds
    stands where those put it.
    """

    title: str
    zero: str
    full: str
    pillars: tuple[Pillar, ...]
    count: int
    reached: int


def gauge(metric: MetricResult) -> Gauge:
    """Return how a metric's value is shown."""
    share = _share(metric)
    reached = _reached(metric)
    full = _number(metric.full)
    value = _number(metric.value)
    if not reached and value == full:  # it only looks as if it was enough
        value = f"{metric.value:.7g}"
    lower = metric.better is Better.LOWER
    return Gauge(
        value=value,
        zero=_number(metric.zero),
        full=full,
        worth=f"full marks from {full}{' down' if lower else ''}: a right solution gets this in "
        f"{_odds(metric.miss)} runs",
        basis=f"mean of {metric.runs} trainings" if metric.runs > 1 else "one training",
        place=round(min(100 - _EDGE, max(_EDGE, _percent(share))), 2),
        filled=round(_percent(min(1.0, max(0.0, share))) - _percent(0), 2),
        reached=reached,
    )


def spreads(grades: Iterable[Grade]) -> tuple[Spread, ...]:
    """Return every metric of a class, in order of appearance."""
    titles: dict[str, str] = {}
    results: dict[str, list[MetricResult]] = {}
    for grade in grades:
        for verdict in grade.verdicts:
            if verdict.metric is not None:
                titles.setdefault(verdict.metric.name, verdict.title)
                results.setdefault(verdict.metric.name, []).append(verdict.metric)
    return tuple(_spread(titles[name], found) for name, found in results.items())


def _spread(title: str, results: list[MetricResult]) -> Spread:
    counts = [0] * _BINS
    for one in results:
        place = int(_percent(_share(one)) / 100 * _BINS + 1e-9)
        counts[max(0, min(_BINS - 1, place))] += 1
    highest = max(counts)
    shown = gauge(results[-1])
    pillars = tuple(
        Pillar(round(100 * place / _BINS, 2), count, count / highest)
        for place, count in enumerate(counts)
        if count
    )
    reached = sum(_reached(one) for one in results)
    return Spread(title, shown.zero, shown.full, pillars, len(results), reached)


def _share(metric: MetricResult) -> float:
    """Return how far a value is on the way from no points (0) to full marks (1), or beyond."""
    return (metric.value - metric.zero) / (metric.full - metric.zero)


def _reached(metric: MetricResult) -> bool:
    if metric.better is Better.LOWER:
        return metric.value <= metric.full
    return metric.value >= metric.full


def _percent(share: float) -> float:
    return 100 * (min(1 + _MARGIN, max(-_MARGIN, share)) + _MARGIN) / (1 + 2 * _MARGIN)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _odds(miss: float) -> str:
    """Write 0.01 as ``99 of 100`` and 0.005 as ``199 of 200``."""
    runs = math.floor(1 / miss + 1e-9)
    return f"{runs - 1} of {runs}"
