"""The nouns of grading as frozen records; no input or output happens here.

Points are :class:`decimal.Decimal`. What a test earned is rounded once, to :data:`POINT_UNIT`, and
added exactly from there on.
"""

from __future__ import annotations

from grader.model.assignment import (
    Assignment,
    DataDraw,
    Dates,
    Example,
    InterfaceEntry,
    Limits,
    Member,
    Metric,
    TestCase,
    Threshold,
    WrittenQuestions,
)
from grader.model.grade import (
    SCHEMA_VERSION,
    Environment,
    Grade,
    GradeStatus,
    MetricResult,
    Status,
    Verdict,
    Written,
)
from grader.model.record import POINT_UNIT, Better, Engine, Level, Points, Record, Visibility
from grader.model.submission import (
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    Notice,
    Submission,
    Transcript,
)

__all__ = [
    "POINT_UNIT",
    "SCHEMA_VERSION",
    "Assignment",
    "Better",
    "Cell",
    "CellKind",
    "CellRun",
    "CellStatus",
    "DataDraw",
    "Dates",
    "Engine",
    "Environment",
    "Example",
    "Grade",
    "GradeStatus",
    "InterfaceEntry",
    "Level",
    "Limits",
    "Member",
    "Metric",
    "MetricResult",
    "Notice",
    "Points",
    "Record",
    "Status",
    "Submission",
    "TestCase",
    "Threshold",
    "Transcript",
    "Verdict",
    "Visibility",
    "Written",
    "WrittenQuestions",
]
