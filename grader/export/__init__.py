"""Grades in other people's formats: one small module for each, which knows nothing but grades.

A module that writes for students is given what ``feedback.student_view`` returned, as
:attr:`Format.reader` says; it has nothing to hide and cannot forget to.
"""

from __future__ import annotations

from grader.export.attempts import last_attempts
from grader.export.formats import Format, Reader
from grader.export.gradebook import Filled, Left
from grader.export.gradescope import Shown
from grader.export.sheet import Sheet
from grader.export.table import grades_table

__all__ = [
    "Filled",
    "Format",
    "Left",
    "Reader",
    "Sheet",
    "Shown",
    "grades_table",
    "last_attempts",
]
