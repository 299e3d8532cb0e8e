from __future__ import annotations

from decimal import Decimal

import pytest

from grader.model import Grade, Status
from grader.report.statistics import columns, handed_in, histogram, summary


def test_full_marks_fall_into_the_last_bin_and_borders_into_the_upper_one():
    bars = histogram([0, 0.1, 0.3, 0.99, 1, 1.05])
    assert [bar.count for bar in bars] == [1, 1, 0, 1, 0, 0, 0, 0, 0, 3]
    assert [(bars[3].low, bars[3].high), bars[9].height, bars[0].height] == [(30, 40), 1, 1 / 3]
    assert sum(bar.height for bar in histogram([])) == 0


def test_summary():
    found = summary([0, 0.5, 1])
    assert (found.count, found.mean, found.median, found.full) == (3, 0.5, 0.5, 1)
    assert summary([]).count == 0


def test_a_test_that_waits_for_review_has_lost_nothing(grade: Grade):
    first = grade.verdicts[0]
    waiting = first.model_copy(update={"status": Status.ERRORED, "points": Decimal(0)})
    failed = first.model_copy(update={"status": Status.FAILED, "points": Decimal(0)})

    def lost(*verdicts) -> float:
        return columns([grade.model_copy(update={"verdicts": (one,)}) for one in verdicts])[0].lost

    assert lost(waiting) == 0
    assert lost(first, failed) == pytest.approx(0.5)
    assert lost(failed, waiting) == 1


def test_missing_submissions_are_not_counted(class_grades: list[Grade]):
    assert len(handed_in(class_grades)) == 29
    assert [test.number for test in columns(class_grades)] == list(range(1, 13))
