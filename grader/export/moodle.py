"""The offline grading worksheet of a Moodle assignment, filled in to be uploaded again.

Read by the instructor; students see of it what Moodle shows them, their points. What the file looks
like is told by mod/assign/gradingtable.php and mod/assign/feedback/offline/importgradeslib.php in
https://github.com/moodle/moodle. Moodle writes the headers in the language of the site and finds
columns by them, so everything stays as it is but the grades.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import UsageError
from grader.export.gradebook import Column, Filled, decimal, fill, require_alike
from grader.export.sheet import Row, Sheet
from grader.model import Grade

__all__ = ["write"]

_IDENTIFIER, _GRADE, _MODIFIED = "Identifier", "Grade", "Last modified (grade)"
_MAXIMUM, _CHANGEABLE = "Maximum Grade", "Grade can be changed"
_STATUS = "Status"
_PARTICIPANT = re.compile(r"\D*(\d+)\s*")
_IDENTIFYING = re.compile(r"(?=\S*[\d@])\S+")  # a number, a login with a digit, an address


def write(sheet: Sheet, grades: Sequence[Grade], *, column: str = "") -> Filled:
    """Enter grades into the worksheet.

    Moodle passes over what it cannot use without a word, so this looks first: the grades must be
    out of as many points as the assignment there, and locked grades are left.

    Args:
        sheet: the worksheet; it is changed.
        grades: of one assignment.
        column: the header of the column of grades, where it is not English.

    Raises:
        UsageError: the file is no worksheet, or it is out of other points.
    """
    index = _grade_column(sheet, column)
    students = [_person(sheet, row, index) for row in sheet.rows if any(row.values)]
    maximum = _maximum_column(sheet, index, [row for row, _, _ in students])
    if maximum is not None:
        for text, line in {row.value(maximum): row.line for row, _, _ in students}.items():
            where = f"{sheet.name}:{line}, column {maximum + 1}"
            require_alike(text, grades, where=where, system="Moodle")
    changeable = sheet.header.index(_CHANGEABLE) if _CHANGEABLE in sheet.header else None

    def keep(row: Row) -> str:
        locked = changeable is not None and row.value(changeable).strip().casefold() == "no"
        return "Moodle says that the grade cannot be changed" if locked else ""

    # Without a maximum, the cells that have a grade tell how numbers are written.
    numbers = [row.value(index if maximum is None else maximum) for row, _, _ in students]
    comma = any("," in text for text in numbers)
    filled = Column(index=index, name=sheet.header[index], comma=comma, keep=keep)
    return fill(sheet, grades, students, filled)


def _grade_column(sheet: Sheet, wanted: str) -> int:
    needed = [wanted] if wanted else [_IDENTIFIER, _GRADE, _MODIFIED]
    missing = [name for name in needed if name not in sheet.header]
    if not missing:
        return sheet.header.index(wanted or _GRADE)
    raise UsageError(
        f"the column “{missing[0]}” is missing; found: {', '.join(sheet.header)}",
        where=f"{sheet.name}:1",
        remedy="In Moodle, open the assignment's submissions and choose Download grading "
        "worksheet. If its headers are not English, name the column of grades with --column.",
    )


def _maximum_column(sheet: Sheet, grade: int, rows: Sequence[Row]) -> int | None:
    """Return the column of the maximum: Moodle puts it behind the grade, unless it is a scale."""
    if _MAXIMUM in sheet.header:
        return sheet.header.index(_MAXIMUM)
    behind = {row.value(grade + 1) for row in rows}
    numbers = {decimal(text) for text in behind}
    if len(numbers) == 1 and None not in numbers:
        return grade + 1
    if any("\n" in text for text in behind) or "Scale" in sheet.header:
        raise UsageError(
            "this assignment is graded with a scale, not with points",
            where=f"{sheet.name}:1, column {grade + 2}",
            remedy="Set the assignment's grade to points in Moodle and download the sheet again.",
        )
    return None


def _person(sheet: Sheet, row: Row, grade: int) -> tuple[Row, list[str], list[str]]:
    """Return a student's row with the identifiers and names that mean it.

    Before the status stand the participant's number, the name, and whatever identifies users on
    this site. Behind it may stand another person, the marker; where the headers are not English
    and it is not known which column is the status, only what looks like an identifier is taken.
    """
    english = _STATUS in sheet.header[:grade]
    cells = [
        row.value(column) for column in range(sheet.header.index(_STATUS) if english else grade)
    ]
    participant, *others = cells
    number = _PARTICIPANT.fullmatch(participant)
    fields = [text for text in others[1:] if english or _IDENTIFYING.fullmatch(text)]
    return row, [participant, *(number.groups() if number else ()), *fields], others[:1]
