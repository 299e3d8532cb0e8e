"""``grades.csv``: one row per submission, for a spreadsheet or another program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from grader.model import Grade

__all__ = ["grades_table"]

_COLUMNS = (
    "student",
    "name",
    "assignment",
    "attempt",
    "status",
    "score",
    "max_score",
    "pending",
    "submission",
    "problem",
)

# How a text begins that a spreadsheet would compute; the last four are the full-width forms.
_COMPUTED = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def grades_table(grades: Iterable[Grade]) -> str:
    r"""Return the table as CSV with ``\r\n`` line ends, one column per test after the fixed ones.

    It begins with a byte order mark: spreadsheets then read names outside ASCII as they are. A
    text that a spreadsheet would compute gets an apostrophe in front.
    """
    rows = list(grades)
    tests = list(dict.fromkeys(verdict.id for grade in rows for verdict in grade.verdicts))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_COLUMNS, *tests])
    for grade in rows:
        points = {verdict.id: verdict.points for verdict in grade.verdicts}
        values = [getattr(grade, column) for column in _COLUMNS]
        values += [points.get(test, "") for test in tests]
        writer.writerow(map(_cell, values))
    return f"\ufeff{text.getvalue()}"


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{round(value, 4):f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    text = str(value)
    return f"'{text}" if text.startswith(_COMPUTED) else text
