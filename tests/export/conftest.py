"""Grades to export: one of each kind, and as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from grader.model import (
    Environment,
    Grade,
    GradeStatus,
    MetricResult,
    Notice,
    Status,
    Verdict,
    Visibility,
)

NAMES = ("Ada Lovelace", "Ünal, Zoë", '"Bo", the 2nd', "山田 太郎", "=SUM(A1)", "")


def make_verdict(number: int, points: str, most: str, status: Status, **fields) -> Verdict:
    return Verdict(
        **{
            "id": f"test_{number}",
            "title": f"Test {number}, “<b>&amp;”",
            "visibility": Visibility.PUBLIC,
            "points": Decimal(points),
            "max_points": Decimal(most),
            "status": status,
            "duration": 0.0123,
        }
        | fields
    )


def make_grade(student: str = "ada", **fields) -> Grade:
    """A grade with a test of every status, worth 20 points, of which 8.1667 are earned."""
    message = "got [1 2]\r\nexpected \x1b[31m[1 3]\x1b[0m\x00 \ud800 ]]> \u202e"
    verdicts = (
        make_verdict(1, "4", "4", Status.PASSED),
        make_verdict(2, "1.6667", "2.5", Status.PARTIAL, message=message, hint="Look again."),
        make_verdict(3, "0", "2.5", Status.FAILED, message="a\nb", visibility=Visibility.HIDDEN),
        make_verdict(4, "0", "1", Status.SKIPPED, visibility=Visibility.AFTER_DUE),
        make_verdict(5, "0", "1", Status.TIMEOUT),
        make_verdict(6, "0", "4", Status.CRASHED, visibility=Visibility.HIDDEN),
        make_verdict(
            7,
            "2.5",
            "5",
            Status.PARTIAL,
            message="too low",
            metric=MetricResult(
                name="accuracy", value=0.7, zero=0.6, full=0.8, better="higher", runs=3, miss=0.01
            ),
        ),
    )
    return Grade(
        **{
            "student": student,
            "assignment": "toy",
            "assignment_title": "A toy",
            "submission": f"{student}.ipynb",
            "score": sum((one.points for one in verdicts), Decimal(0)),
            "max_score": sum((one.max_points for one in verdicts), Decimal(0)),
            "status": GradeStatus.GRADED,
            "verdicts": verdicts,
            "warnings": (Notice(code="bom", message="A mark was left out.", where="cell 1"),),
            "environment": Environment(
                grader="1",
                python="3",
                platform="x",
                cpu="y",
                seed="5eed",
                assignment_digest="a",
                submission_digest="b",
            ),
            "duration": 1.2345,
        }
        | fields
    )


def needing_review(student: str) -> Grade:
    """A grade whose first test waits for review: 4 of 20 points are pending."""
    grade = make_grade(student)
    first = grade.verdicts[0].model_copy(update={"points": Decimal(0), "status": Status.ERRORED})
    return grade.model_copy(
        update={
            "verdicts": (first, *grade.verdicts[1:]),
            "score": grade.score - 4,
            "pending": Decimal(4),
            "status": GradeStatus.NEEDS_REVIEW,
        }
    )


def unreadable(student: str) -> Grade:
    """A submission that could not be read: all tests were skipped."""
    grade = make_grade(student)
    skipped = {"points": Decimal(0), "status": Status.SKIPPED, "message": "could not be run"}
    return grade.model_copy(
        update={
            "verdicts": tuple(one.model_copy(update=skipped) for one in grade.verdicts),
            "score": Decimal(0),
            "status": GradeStatus.UNREADABLE,
            "problem": "The file ends in the middle.\nSave it again.",
        }
    )


def missing(student: str) -> Grade:
    """Nothing was handed in, so there are no tests."""
    return Grade(
        student=student,
        name="Nobody, Ann",
        assignment="toy",
        assignment_title="A toy",
        score=Decimal(0),
        max_score=Decimal(20),
        status=GradeStatus.MISSING,
        problem="nothing was handed in",
    )


@pytest.fixture
def verdict() -> Callable[..., Verdict]:
    """Make a verdict: number, points, most points, status, further fields."""
    return make_verdict


@pytest.fixture
def graded() -> Callable[..., Grade]:
    """Make a grade with a test of every status; further fields replace its own."""
    return make_grade


@pytest.fixture
def kinds() -> list[Grade]:
    """A graded submission, one that needs review, one that is unreadable, one that is missing."""
    return [make_grade("ada"), needing_review("bob"), unreadable("cyd"), missing("dan")]


@pytest.fixture
def a_class() -> Callable[[int], list[Grade]]:
    """Make a class of so many, with names of all sorts."""

    one = make_grade()

    def make(count: int) -> list[Grade]:
        students = [(f"s{number:05}", NAMES[number % len(NAMES)]) for number in range(count)]
        return [
            one.model_copy(update={"student": student, "name": name}) for student, name in students
        ]

    return make
