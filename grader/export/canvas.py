"""The CSV file that Canvas exports from its gradebook, filled in to be imported again.

Read by the instructor; students see of it what Canvas shows them, their points. What the file looks
like is told by lib/gradebook_exporter.rb and lib/gradebook_importer.rb in
https://github.com/instructure/canvas-lms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import UsageError
from grader.export.gradebook import Column, Filled, fill, require_alike
from grader.export.sheet import Row, Sheet
from grader.model import Grade

__all__ = ["write"]

_IDENTIFIERS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_NAMES = ("Student", "LastName", "FirstName")
_ABOUT_STUDENTS = {*_IDENTIFIERS, *_NAMES, "Root Account", "Section"}
_TOTALS = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
_NUMBERED = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)", re.DOTALL)
_POLICY = re.compile(r"\s*(?:Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_KEPT = {"EX": "excused", "N/A": "not assigned to the student"}


def write(sheet: Sheet, grades: Sequence[Grade], *, column: str = "") -> Filled:
    """Enter grades into the column of their assignment.

    Rows, their order, the lines of the posting policy and of the points possible, and all other
    columns stay. Cells that say ``EX`` or ``N/A`` stay as well.

    Args:
        sheet: the exported file; it is changed.
        grades: of one assignment.
        column: the header of the assignment's column, with or without Canvas' number; empty for
            the one that is called as the assignment.

    Raises:
        UsageError: the file is not of that kind, has no such column or two, or the column is out
            of other points.
    """
    names = [name for name in _NAMES if name in sheet.header]
    if "ID" not in sheet.header or names not in (["Student"], ["LastName", "FirstName"]):
        raise UsageError(
            f"Canvas did not export this: the columns “Student” and “ID” are missing; found: "
            f"{', '.join(sheet.header[:8])}",
            where=f"{sheet.name}:1",
            remedy="In Canvas, open Grades and choose Export; give the file as it is.",
        )
    students = []
    points = None
    for row in sheet.rows:
        if "points possible" in row.value(0).casefold():
            points = row
        elif not all(map(_POLICY.fullmatch, row.values)):
            students.append(_person(sheet, row))
    if not grades:
        return Filled(sheet.encode(), column="", entered=0, left=(), ungraded=len(students))
    index = _column(sheet, grades, column)
    if points is not None:
        where = f"{sheet.name}:{points.line}, column {index + 1}"
        require_alike(points.value(index), grades, where=where, system="Canvas")
    filled = Column(
        index=index,
        name=sheet.header[index],
        comma=points is not None and "," in points.value(index),
        keep=lambda row: _why_kept(row.value(index)),
    )
    return fill(sheet, grades, students, filled)


def _why_kept(cell: str) -> str:
    reason = _KEPT.get(cell.strip().upper())
    return f"its cell says “{cell.strip()}”, {reason}" if reason else ""


def _person(sheet: Sheet, row: Row) -> tuple[Row, list[str], list[str]]:
    """Return a student's row with the identifiers and names that mean it."""
    cells = {name: row.value(index) for index, name in enumerate(sheet.header)}
    identifiers = [cells[name] for name in _IDENTIFIERS if cells.get(name)]
    last, first = cells.get("LastName", ""), cells.get("FirstName", "")
    if "Student" in cells:
        last, _, first = cells["Student"].partition(",")
    # File names have "lovelaceada" of "Lovelace, Ada"; rosters, "Ada Lovelace".
    return row, identifiers, list({f"{last} {first}", f"{first} {last}"})


def _column(sheet: Sheet, grades: Sequence[Grade], wanted: str) -> int:
    """Return the index of the assignment's column."""
    begin = max(i for i, name in enumerate(sheet.header) if name in _ABOUT_STUDENTS) + 1
    assignments = [
        (index, name)
        for index, name in enumerate(sheet.header)
        if index >= begin and name.strip() and not _TOTALS.search(name)
    ]
    titles = {_plain(wanted)} if wanted else set()
    if not wanted:
        titles = {_plain(text) for one in grades for text in (one.assignment_title, one.assignment)}
    found = [index for index, name in assignments if name == wanted] or [
        index
        for index, name in assignments
        if (numbered := _NUMBERED.fullmatch(name))
        and (_plain(numbered["title"]) in titles or numbered["id"] == wanted)
    ]
    if len(found) == 1:
        return found[0]
    sought = wanted or grades[0].assignment_title or grades[0].assignment
    many = f"{len(found)} columns are called" if found else "no column is called"
    listed = "; ".join(name for _, name in assignments) or "none"
    raise UsageError(
        f"{many} “{sought}”; the assignments are: {listed}",
        where=f"{sheet.name}:1",
        remedy="Name one of them with --column, or make the assignment in Canvas and export again.",
    )


def _plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))
