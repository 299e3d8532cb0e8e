"""What filling in a gradebook's own file takes, whichever system exported it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from grader.errors import UsageError
from grader.export.attempts import last_attempts
from grader.export.sheet import Row, Sheet
from grader.identity import Directory
from grader.model import Grade, GradeStatus
from grader.points import number

__all__ = ["Column", "Filled", "Left", "decimal", "fill", "require_alike"]


@dataclass(frozen=True, slots=True)
class Column:
    """Where the grades go.

    Attributes:
        index: which column of the sheet.
        name: its header.
        comma: numbers are written with a decimal comma.
        keep: tells of a row why its cell must stay as it is; empty if it need not.
    """

    index: int
    name: str
    comma: bool
    keep: Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Left:
    """A grade that was not entered, and why. ``line`` is its row's; 0 if it has none."""

    grade: Grade
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with grades in it.

    Attributes:
        data: the file.
        column: the header of the column that was filled; empty if there was nothing to enter.
        entered: how many grades are in it.
        left: the grades that are not, which somebody must look at.
        ungraded: how many students of the sheet have no grade here; their cells stay.
    """

    data: bytes
    column: str
    entered: int
    left: tuple[Left, ...]
    ungraded: int


def fill(
    sheet: Sheet,
    grades: Iterable[Grade],
    people: Sequence[tuple[Row, Sequence[str], Sequence[str]]],
    column: Column,
) -> Filled:
    """Enter each student's grade into the student's row.

    Of several attempts the last one counts. Who handed in nothing gets 0. A grade that waits for
    review is no number yet, so its cell stays.

    Args:
        sheet: the gradebook's file; it is changed.
        grades: of one assignment.
        people: the students' rows, each with the identifiers and names that mean it.
        column: where the grades go.
    """
    directory = Directory(people)
    rows: dict[int, list[Grade]] = {}
    by_line = {row.line: row for row, _, _ in people}
    left = []
    for grade in last_attempts(grades):
        row = directory.find(grade.student) or (directory.find(grade.name) if grade.name else None)
        if row is None:
            left.append(Left(grade, "no row of the sheet means this student"))
        else:
            rows.setdefault(row.line, []).append(grade)
    entered = 0
    for line, found in rows.items():
        row = by_line[line]
        for grade in found:
            reason = _why_left(grade, found) or column.keep(row)
            if reason:
                left.append(Left(grade, reason, line))
                continue
            text = number(grade.score)
            sheet.enter(row, column.index, text.replace(".", ",") if column.comma else text)
            entered += 1
    return Filled(
        data=sheet.encode(),
        column=column.name,
        entered=entered,
        left=tuple(left),
        ungraded=len(people) - len(rows),
    )


def decimal(text: str) -> Decimal | None:
    """Read a number with a decimal point or comma; None if it is no number."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def require_alike(maximum: str, grades: Iterable[Grade], *, where: str, system: str) -> None:
    """Refuse to enter grades into a column that is out of other points.

    Args:
        maximum: what the sheet says out of how many points the column is.
        grades: what is to be entered.
        where: the place where it says so.
        system: whose gradebook it is.

    Raises:
        UsageError: the two do not agree.
    """
    points = decimal(maximum)
    for grade in grades:
        if grade.max_score != points:
            most = number(grade.max_score)
            raise UsageError(
                f"the column is out of “{maximum.strip()}” points, the grade of {grade.student} "
                f"out of {most}",
                where=where,
                remedy=f"Set the assignment's points in {system} to {most} and export the file "
                "again.",
            )


def _why_left(grade: Grade, found: Sequence[Grade]) -> str:
    if grade.status is GradeStatus.NEEDS_REVIEW:
        return f"{number(grade.pending)} points are pending: it needs review"
    others = [other.student for other in found if other is not grade]
    return f"the row also means {', '.join(others)}" if others else ""
