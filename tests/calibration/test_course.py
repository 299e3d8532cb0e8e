"""The thresholds of this course are up to date, and follow from the scores kept with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.calibration import Role, stale
from grader.calibration.record import Record
from grader.calibration.thresholds import calibrated, earned
from grader.calibration.variants import find_variants
from grader.catalog import find_course

COURSE = find_course(Path(__file__).parents[2])
MEASURED = [name for name in COURSE.ids if COURSE.assignment(name, calibrated=False).metrics]


@pytest.mark.parametrize("name", MEASURED)
def test_thresholds_are_up_to_date(name: str) -> None:
    assert not stale(COURSE.assignment(name, calibrated=False))


@pytest.mark.parametrize("name", MEASURED)
def test_thresholds_follow_from_the_scores(name: str) -> None:
    assignment = COURSE.assignment(name)
    variants = find_variants(assignment)
    record = Record(assignment, variants)
    record.load()
    deciding = {v: record.scores(v) for v in variants if v.role is not Role.WRONG}
    found = calibrated(assignment, deciding)
    assert [one.threshold for one in found] == [metric.threshold for metric in assignment.metrics]
    half = sum(float(metric.points) for metric in assignment.metrics) / 2
    for variant in variants:
        result = earned(assignment, record.scores(variant), found)
        if variant.role.deserves_full_marks:
            assert result.total > 0.99 * 2 * half, variant.name
        elif variant.role is Role.WRONG:
            assert result.total <= half or variant.reason, variant.name
