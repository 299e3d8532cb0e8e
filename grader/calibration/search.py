"""From variants to thresholds: which runs are needed, until there are enough."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from grader.calibration.record import Record
from grader.calibration.thresholds import (
    ENOUGH_RUNS,
    Calibrated,
    Earned,
    bounds_of,
    calibrated,
    earned,
)
from grader.calibration.trainings import measure_all
from grader.calibration.variants import Role, Variant, find_variants
from grader.errors import SpecError, UsageError
from grader.model import Assignment, Level

__all__ = ["Calibration", "Progress", "calibrate"]

_WRONG_RUNS = 10
"""For the mean points of a known mistake, which decide nothing."""


class Progress(Protocol):
    """Told how a calibration goes on."""

    def started(self, runs: int) -> None:
        """So many more gradings are going to be run."""
        ...

    def finished(self, variant: str) -> None:
        """One of them is done."""
        ...

    def extended(self, variant: str, runs: int) -> None:
        """The scores of this variant are not normal, so that it needs so many runs."""
        ...


class Calibration(NamedTuple):
    """What was found.

    Attributes:
        metrics: each metric's threshold.
        earnings: what each variant earns on average.
        unexplained: known mistakes that earn more than half of the points without a reason.
        files: what was written.
    """

    metrics: Sequence[Calibrated]
    earnings: Mapping[Variant, Earned]
    unexplained: Sequence[Variant]
    files: Sequence[Path]


def calibrate(
    assignment: Assignment,
    progress: Progress,
    *,
    runs: int = ENOUGH_RUNS,
    jobs: int | None = None,
    level: Level,
    fresh: bool = False,
) -> Calibration:
    """Find an assignment's thresholds, and write them down.

    What was measured is kept at once: whatever ends this early, the next call goes on from there.

    Args:
        assignment: read with ``calibrated=False``.
        progress: told what is done.
        runs: how often each right and each trivial variant is graded at least.
        jobs: how many gradings at a time; as many as there are cores when None.
        level: how the variants are isolated.
        fresh: measure everything again.

    Raises:
        UsageError: the assignment has no metrics.
        SpecError: a right solution cannot be measured, or a metric does not tell right from
            trivial.
        SandboxError: this machine refuses what the level needs.
    """
    if not assignment.metrics:
        raise UsageError(
            f"{assignment.id} has no metrics, so there is nothing to calibrate",
            remedy="Metrics are described under `metrics` in assignment.yaml.",
        )
    variants = find_variants(assignment)
    record = Record(assignment, variants)
    if fresh:
        record.clear()
    else:
        record.load()
    wanted = {
        variant: min(runs, _WRONG_RUNS) if variant.role is Role.WRONG else runs
        for variant in variants
    }
    _measure(assignment, record, wanted, progress, jobs, level)
    while longer := _longer(assignment, record, wanted):
        for variant, needed in longer.items():
            progress.extended(variant.name, needed)
        wanted |= longer
        _measure(assignment, record, longer, progress, jobs, level)
    deciding = {v: record.scores(v) for v in variants if v.role is not Role.WRONG}
    metrics = calibrated(assignment, deciding)
    earnings = {v: earned(assignment, record.scores(v), metrics) for v in variants}
    half = sum(float(metric.points) for metric in assignment.metrics) / 2
    unexplained = [
        variant
        for variant, found in earnings.items()
        if variant.role is Role.WRONG and found.total > half and not variant.reason
    ]
    files = record.write(metrics, {v.name: found for v, found in earnings.items()})
    return Calibration(metrics, earnings, unexplained, files)


def _measure(
    assignment: Assignment,
    record: Record,
    wanted: Mapping[Variant, int],
    progress: Progress,
    jobs: int | None,
    level: Level,
) -> None:
    """Measure what is missing, each variant's first run before any second one."""
    missing = [(one, run) for one, runs in wanted.items() for run in record.missing(one, runs)]
    missing.sort(key=lambda pair: pair[1] > 0)
    if not missing:
        return
    variants = {variant.name: variant for variant in wanted}
    progress.started(len(missing))
    with contextlib.closing(measure_all(assignment, missing, level=level, jobs=jobs)) as results:
        for measured in results:
            variant = variants[measured.variant]
            if measured.failure and variant.role is not Role.WRONG:
                raise SpecError(
                    f"this variant cannot be measured: {measured.failure}",
                    where=str(variant.path),
                    remedy="Mend it, or the test; what was measured of the others is kept.",
                )
            record.add(measured)
            progress.finished(measured.variant)


def _longer(
    assignment: Assignment, record: Record, wanted: Mapping[Variant, int]
) -> dict[Variant, int]:
    """Return the variants that need more runs, and how many, because a bound takes more values."""
    longer = {}
    for variant in wanted:
        if variant.role is not Role.WRONG:
            scores = record.scores(variant)
            found = bounds_of(assignment, variant, scores).values()
            needed = max(bound.needed for _, bound in found)
            if needed > len(scores):
                longer[variant] = needed
    return longer
