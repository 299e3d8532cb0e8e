"""The CSV that ``nbgrader export`` writes, column by column, but quoted.

Read by the instructor, and by programs that read nbgrader's file. Columns:
https://github.com/jupyter/nbgrader/blob/main/nbgrader/plugins/export.py
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.export.attempts import last_attempts
from grader.export.table import csv_text
from grader.model import Grade

__all__ = ["COLUMNS", "write"]

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def write(grades: Iterable[Grade]) -> str:
    """Return one row per student: the last attempt, and 0 for who handed in nothing.

    A grade does not know dates, which stay empty, and takes nothing off for lateness. A name is
    split at its comma, else before its last word.
    """
    rows: list[Sequence[object]] = [COLUMNS]
    for grade in last_attempts(grades):
        first, last = _names(grade.name)
        email = grade.student if "@" in grade.student else ""
        person = (grade.student, last, first, email)
        rows.append(
            (grade.assignment, "", "", *person, grade.score, 0, grade.score, grade.max_score)
        )
    return csv_text(rows)


def _names(name: str) -> tuple[str, str]:
    """Return first and last name."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return first.strip(), last.strip()
