"""CSV: one row per submission, for a spreadsheet or another program.

Read by the instructor; nothing is filtered. It is the ``grades.csv`` of every folder of results.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from grader.model import Grade
from grader.points import number

__all__ = ["csv_text", "grades_table"]

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

    It begins with a byte order mark: spreadsheets then read names outside ASCII as they are.
    """
    listed = list(grades)
    tests = list(dict.fromkeys(verdict.id for grade in listed for verdict in grade.verdicts))
    rows: list[Sequence[object]] = [(*_COLUMNS, *tests)]
    for grade in listed:
        points = {verdict.id: verdict.points for verdict in grade.verdicts}
        fixed = [getattr(grade, column) for column in _COLUMNS]
        rows.append([*fixed, *(points.get(test, "") for test in tests)])
    return "\ufeff" + csv_text(rows, line_end="\r\n")


def csv_text(rows: Iterable[Sequence[object]], *, line_end: str = "\n") -> str:
    """Return rows as CSV, quoted where necessary.

    A text that a spreadsheet would compute gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    for row in rows:
        writer.writerow(map(_cell, row))
    return text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return number(value, digits=4)
    text = str(value)
    computed = text.startswith(_COMPUTED) and text.strip("-")  # dashes alone are no formula
    return f"'{text}" if computed else text
