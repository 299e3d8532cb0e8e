"""Which formats there are, and who reads them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Format", "Reader"]


class Reader(StrEnum):
    """Whose eyes a document is for; what students read is filtered before it is written."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


class Format(StrEnum):
    """A format that grades can be exported to."""

    GRADESCOPE = "gradescope"
    JUNIT = "junit"
    CLASSROOM = "classroom"
    CANVAS = "canvas"
    MOODLE = "moodle"
    NBGRADER = "nbgrader"
    OTTER = "otter"
    CSV = "csv"
    JSONL = "jsonl"

    @property
    def reader(self) -> Reader:
        """Who reads it. JUnit is the instructor's too, but is shown by the student's own runs."""
        student = {Format.GRADESCOPE, Format.JUNIT, Format.CLASSROOM}
        return Reader.STUDENT if self in student else Reader.INSTRUCTOR

    @property
    def is_single(self) -> bool:
        """True if a document holds one submission, False if it holds a class."""
        return self in {Format.GRADESCOPE, Format.CLASSROOM}

    @property
    def is_filled_in(self) -> bool:
        """True if the instructor's own file is filled in."""
        return self in {Format.CANVAS, Format.MOODLE}

    @property
    def suffix(self) -> str:
        """How the name of such a file ends."""
        return {
            Format.GRADESCOPE: ".json",
            Format.JUNIT: ".xml",
            Format.CLASSROOM: ".txt",
            Format.JSONL: ".jsonl",
        }.get(self, ".csv")
