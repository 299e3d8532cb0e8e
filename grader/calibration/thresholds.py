"""Scores -> thresholds, how often a right solution misses them, and what a wrong one earns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from grader.calibration.bounds import Bound, lower_bound, most_failures, share_below
from grader.calibration.variants import Role, Variant
from grader.errors import SpecError
from grader.model import Assignment, Better, Metric, Threshold
from grader.scoring import earned_share, sequential

__all__ = [
    "CONFIDENCE",
    "ENOUGH_RUNS",
    "MISS",
    "Calibrated",
    "Earned",
    "Judged",
    "RunScores",
    "bounds_of",
    "calibrated",
    "earned",
]

CONFIDENCE = 0.95
MISS = 0.01
"""How often a right solution may miss full marks in any metric of an assignment.

Both this and what is left to the confidence are shared equally by the metrics (Bonferroni).
"""
ENOUGH_RUNS = 60
_BASELINE_COVERAGE = 0.99
_DIGITS = 4
_NOTHING = 1e-6  # a bound so close to 0 is 0

RunScores = Sequence[Mapping[str, Sequence[float]]]
"""One entry per run: the scores of all trainings, by metric; empty where the run failed."""


class Judged(NamedTuple):
    """What one variant says of one metric's threshold.

    Attributes:
        variant: its name.
        bound: of a right one, what it reaches; of the trivial one, what it does not exceed.
        mean: of the final looks.
        misses: of a right one, how many of the final looks missed full marks.
        most: upper confidence limit of how often that happens; by ``bound.method``.
        counted: the same, from the count of misses alone.
    """

    variant: str
    bound: Bound
    mean: float
    misses: int
    most: float
    counted: float


class Calibrated(NamedTuple):
    """One metric's threshold.

    Attributes:
        metric: the metric.
        threshold: what was found.
        zero_by: the trivial variant that decided ``zero``.
        full_by: the right variant that decided ``full``.
        judged: of each right and each trivial variant, what it said.
    """

    metric: Metric
    threshold: Threshold
    zero_by: str
    full_by: str
    judged: tuple[Judged, ...]


class Earned(NamedTuple):
    """What a variant earns on average, in points.

    Attributes:
        points: by metric.
        first_look: how much of their sum there would not be without the first look.
        failures: how many of the runs ended without a value, and earned nothing.
        runs: of how many.
    """

    points: Mapping[str, float]
    first_look: float
    failures: int
    runs: int

    @property
    def total(self) -> float:
        """The sum over all metrics."""
        return sum(self.points.values())


def bounds_of(
    assignment: Assignment, variant: Variant, runs: RunScores
) -> dict[str, tuple[list[float], Bound]]:
    """Return, by metric, the values at the final look, and the bound that they give.

    Values are turned round where that makes the bound a lower one: of a right solution, greater is
    then better; of the trivial one, worse.
    """
    coverage, confidence = _aims(variant, len(assignment.metrics))
    found = {}
    for metric in assignment.metrics:
        sign = _sign(metric, variant)
        values = [sign * fmean(run[metric.name]) for run in runs]
        found[metric.name] = (values, lower_bound(values, coverage, confidence, share=metric.share))
    return found


def calibrated(
    assignment: Assignment, scores: Mapping[Variant, RunScores]
) -> tuple[Calibrated, ...]:
    """Return every metric's threshold.

    ``full`` is the worst of what the right variants reach, ``zero`` the best of what trivial ones
    do not exceed; both rounded outwards, to four digits.

    Args:
        assignment: whose metrics.
        scores: of each variant that decides (right, weakest, baseline), every run.

    Raises:
        SpecError: a metric does not tell right solutions from trivial ones.
    """
    bounds = {variant: bounds_of(assignment, variant, runs) for variant, runs in scores.items()}
    return tuple(
        _calibrated(metric, len(assignment.metrics), {v: b[metric.name] for v, b in bounds.items()})
        for metric in assignment.metrics
    )


def earned(assignment: Assignment, runs: RunScores, thresholds: Sequence[Calibrated]) -> Earned:
    """Return what a variant earns on average, over all runs; a failed one earns nothing."""
    points: dict[str, float] = {}
    final: dict[str, float] = {}
    for found in thresholds:
        metric, threshold = found.metric, found.threshold
        worth = float(metric.points) / len(runs)
        points[metric.name] = final[metric.name] = 0.0
        for run in runs:
            if metric.name not in run:
                continue
            scores = run[metric.name]
            counted = sequential(lambda n, s=scores: [s[i] for i in n], metric, threshold)  # type: ignore[misc]
            points[metric.name] += worth * earned_share(fmean(counted), threshold, metric.better)
            final[metric.name] += worth * earned_share(fmean(scores), threshold, metric.better)
    gain = sum(points.values()) - sum(final.values())
    return Earned(points, gain, sum(not run for run in runs), len(runs))


def _calibrated(
    metric: Metric, metrics: int, bounds: Mapping[Variant, tuple[list[float], Bound]]
) -> Calibrated:
    right = {v: bound for v, bound in bounds.items() if v.role.deserves_full_marks}
    trivial = {v: bound for v, bound in bounds.items() if v.role is Role.BASELINE}
    # All bounds are lower ones of values that were turned round, so the smallest is the worst.
    full_by = min(right, key=lambda variant: right[variant][1].value)
    zero_by = min(trivial, key=lambda variant: trivial[variant][1].value)
    full = _rounded(_sign(metric, full_by), right[full_by][1].value)
    zero = _rounded(_sign(metric, zero_by), trivial[zero_by][1].value)
    if (full > zero) != (metric.better is Better.HIGHER) or not math.isfinite(full - zero):
        raise SpecError(
            f"{metric.name} does not tell right solutions from trivial ones: {full_by.name} "
            f"reaches {full:.4g} for certain, and {zero_by.name} {zero:.4g}",
            remedy="Take more runs per grading or more rows, or another metric; or find out why "
            "the right solution varies so much.",
        )
    decided = right[full_by][1]
    threshold = Threshold(
        zero=zero,
        full=full,
        miss=round(MISS / metrics, 6),
        confidence=_aims(full_by, metrics)[1],
        method=decided.method,
        runs=min(bound.runs for _, bound in right.values()),
    )
    judged = [
        _judged(metric, v, *found, threshold, _aims(v, metrics)[1])
        for v, found in (right | trivial).items()
    ]
    return Calibrated(metric, threshold, zero_by.name, full_by.name, tuple(judged))


def _judged(
    metric: Metric,
    variant: Variant,
    values: list[float],
    bound: Bound,
    threshold: Threshold,
    confidence: float,
) -> Judged:
    sign = _sign(metric, variant)
    limit = sign * (threshold.full if variant.role.deserves_full_marks else threshold.zero)
    misses = sum(value < limit for value in values)
    return Judged(
        variant.name,
        bound._replace(value=sign * bound.value),
        sign * fmean(values),
        misses,
        share_below(values, limit, confidence, bound.method),
        most_failures(misses, len(values), confidence),
    )


def _aims(variant: Variant, metrics: int) -> tuple[float, float]:
    """Return the coverage and the confidence of a variant's bounds, where there are so many."""
    if variant.role.deserves_full_marks:
        return 1 - MISS / metrics, round(1 - (1 - CONFIDENCE) / metrics, 6)
    return _BASELINE_COVERAGE, CONFIDENCE


def _sign(metric: Metric, variant: Variant) -> int:
    """Return 1 or -1, so that the bound that matters is a lower one."""
    higher = metric.better is Better.HIGHER
    return 1 if higher is variant.role.deserves_full_marks else -1


def _rounded(sign: int, bound: float) -> float:
    """Turn a bound back, and round it away from the values: the bound stays one."""
    if abs(bound) < _NOTHING or not math.isfinite(bound):
        return sign * bound if math.isinf(bound) else 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(bound))) - _DIGITS + 1)
    return sign * float(f"{math.floor(bound / unit) * unit:.{_DIGITS}g}")
