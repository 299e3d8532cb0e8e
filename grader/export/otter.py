"""The ``final_grades.csv`` that ``otter grade`` writes.

Read by the instructor, and by programs that read otter's file. Columns:
https://github.com/ucbds-infra/otter-grader/blob/master/otter/grade/utils.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from grader.export.table import csv_text
from grader.model import Grade, GradeStatus
from grader.points import number

__all__ = ["write"]

_POSSIBLE = "points-per-question"


def write(grades: Iterable[Grade]) -> str:
    """Return one row per submission below a row of the points that each test is worth.

    ``file`` is the file that was handed in, with the student in front where several are called
    alike. ``grading_status`` is ``Completed``, or says why it is not. As otter does it, tests
    stand in the order of their names, and where no submission was run there is no row of points.
    """
    listed = list(grades)
    worth = {one.id: one.max_points for grade in listed for one in grade.verdicts}
    tests = sorted(worth)
    header = ("file", *tests, "total_points_earned", "percent_correct", "grading_status")
    rows: list[Sequence[object]] = [header]
    if worth:
        total = sum(worth.values(), Decimal(0))
        rows.append((_POSSIBLE, *(worth[test] for test in tests), total, 1, "--"))
    alike = Counter(grade.submission for grade in listed)
    for grade in listed:
        unique = alike[grade.submission] == 1 and grade.submission
        file = grade.submission if unique else f"{grade.student}/{grade.submission}".rstrip("/")
        points = {one.id: one.points for one in grade.verdicts}
        earned = (points.get(test, Decimal(0)) for test in tests)
        share = grade.score / grade.max_score if grade.max_score else Decimal(0)
        rows.append((file, *earned, grade.score, share, _status(grade)))
    return csv_text(rows)


def _status(grade: Grade) -> str:
    if grade.status is GradeStatus.NEEDS_REVIEW:
        return f"Needs review: {number(grade.pending)} points are pending"
    return grade.problem or "Completed"
