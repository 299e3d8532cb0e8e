"""The list of a class: who should hand in, and under which name.

Rosters come from spreadsheets and learning platforms: the columns' names, the separator and a
byte order mark differ, the content is the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from grader.errors import UsageError
from grader.identity import Directory

__all__ = ["Roster", "RosterEntry", "read_roster"]

# Usual spellings of the columns, the most telling first.
_COLUMNS = {
    "student": (
        "student id",
        "studentid",
        "id",
        "sis user id",
        "sid",
        "id number",
        "matriculation number",
        "user id",
    ),
    "login": ("login", "username", "user name", "login id", "sis login id", "user"),
    "email": ("email", "e mail", "email address", "mail"),
    "name": ("name", "full name", "student name", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
}


class RosterEntry(BaseModel):
    """One student of a class; ``line`` is where the roster's file says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    student: str
    name: str = ""
    login: str = ""
    email: str = ""
    line: int = 0


class Roster(BaseModel):
    """The students of a class, in the order of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entries: tuple[RosterEntry, ...] = ()

    @cached_property
    def _directory(self) -> Directory[RosterEntry]:
        return Directory(
            (entry, (entry.student,), (entry.name, entry.email, entry.login))
            for entry in self.entries
        )

    def entry_of(self, student: str) -> RosterEntry | None:
        """Return the entry that a student's identifier means, or None.

        Identifiers are compared by letters and digits, accents and case aside. An identifier that
        a learning platform made (``Anna_Muller_12345``) is known by its number or its name.
        """
        return self._directory.find(student)

    def name_of(self, student: str) -> str:
        """Return the student's name; empty if the roster does not know it."""
        entry = self.entry_of(student)
        return entry.name if entry else ""

    def missing(self, students: Iterable[str]) -> tuple[RosterEntry, ...]:
        """Return the entries that none of ``students`` means: who handed nothing in."""
        present = {entry.line for student in students if (entry := self.entry_of(student))}
        return tuple(entry for entry in self.entries if entry.line not in present)


def read_roster(path: Path) -> Roster:
    """Read a roster from CSV with a header line.

    Raises:
        UsageError: the file cannot be read, has no column of identifiers, a line without one, a
            line with too many fields, or the same identifier twice; it names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"The roster cannot be read: {error.strerror}.", where=str(path)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(
            "The roster is not UTF-8.",
            where=f"{path}:{line}",
            remedy="Save it as “CSV UTF-8”.",
        ) from None
    header, _, _ = text.lstrip().partition("\n")
    separator = max(",;\t", key=header.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(field.strip() for field in row)]
    except csv.Error as error:
        raise UsageError(f"This is no CSV: {error}.", where=f"{path}:{reader.line_num}") from None
    if not rows:
        raise UsageError(
            "The roster is empty.",
            where=f"{path}:1",
            remedy="Give a header line, such as “id,name”, and a line for each student.",
        )
    (header_line, names), *students = rows
    columns = _columns(names, where=f"{path}:{header_line}")
    return Roster(entries=tuple(_entries(students, columns, len(names), path)))


def _columns(names: list[str], *, where: str) -> dict[str, int]:
    """Return the column of each field that the header names."""
    plain = [re.sub(r"[\W_]+", " ", name).strip().casefold() for name in names]
    columns = {
        field: plain.index(spelling)
        for field, spellings in _COLUMNS.items()
        if (spelling := next((s for s in spellings if s in plain), None))
    }
    # "Student" is the name beside a column of identifiers (Canvas), else the identifier.
    if "student" in plain:
        columns.setdefault("name" if "student" in columns else "student", plain.index("student"))
    for stand_in in ("login", "email"):
        if stand_in in columns:
            columns.setdefault("student", columns[stand_in])
    if "student" not in columns:
        raise UsageError(
            f"No column identifies the students; found: {', '.join(names)}.",
            where=where,
            remedy="Name one of the columns “id”, “student”, “login” or “email”.",
        )
    return columns


def _entries(
    rows: list[tuple[int, list[str]]], columns: dict[str, int], width: int, path: Path
) -> Iterable[RosterEntry]:
    lines: dict[str, int] = {}
    for line, row in rows:
        where = f"{path}:{line}"
        if any(field.strip() for field in row[width:]):
            raise UsageError(
                f"The line has {len(row)} fields, the header {width}.",
                where=where,
                remedy="Put fields that hold the separator in double quotes.",
            )
        values = {field: row[n].strip() for field, n in columns.items() if n < len(row)}
        student, name = values.get("student", ""), values.get("name", "")
        if not student and name.casefold() == "points possible":
            continue  # Canvas puts the assignments' points below the header
        if not student:
            raise UsageError(
                "The line has no identifier.", where=where, remedy="Add it, or delete the line."
            )
        first = lines.setdefault(student.casefold(), line)
        if first != line:
            raise UsageError(
                f"The identifier {student} stands in line {first} and in line {line}.",
                where=where,
                remedy="Delete one of the two lines, or correct it.",
            )
        yield RosterEntry(
            student=student,
            name=name or f"{values.get('first', '')} {values.get('last', '')}".strip(),
            login=values.get("login", ""),
            email=values.get("email", ""),
            line=line,
        )
