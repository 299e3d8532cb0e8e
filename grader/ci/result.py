"""What became of one submission of a pull request, and whether that is enough."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from grader.ci.places import Work
from grader.errors import UsageError
from grader.export.wording import tests_of
from grader.model import Grade, GradeStatus
from grader.points import number

__all__ = ["PassScore", "Result", "together"]

_WRITTEN = re.compile(r"(\d{1,9}(?:\.\d{1,4})?) ?(%?)", re.ASCII)


class Result(NamedTuple):
    """A grade, and what it is about.

    Attributes:
        grade: as the student may see it.
        work: the submission's files.
        is_enough: the score reaches what was asked for.
    """

    grade: Grade
    work: Work
    is_enough: bool


class PassScore(NamedTuple):
    """What a submission must reach: a share of the points that the tests give, or points."""

    value: Decimal
    is_percent: bool

    @classmethod
    def parse(cls, text: str) -> PassScore:
        """Read ``"80%"`` or ``"7.5"``.

        Raises:
            UsageError: it is neither.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if not found or (found[2] and Decimal(found[1]) > 100):
            raise UsageError(
                f'"{text}" is no pass score',
                where="--pass-score",
                remedy="Give a share, such as 80%, or points, such as 7.5.",
            )
        return cls(Decimal(found[1]), bool(found[2]))

    def is_reached(self, grade: Grade) -> bool:
        """Tell whether a score is enough; a submission that cannot be graded never is.

        Raises:
            UsageError: more points are asked for than there are.
        """
        if not self.is_percent and self.value > grade.max_score:
            raise UsageError(
                f"{number(self.value)} points are asked for, and the tests of {grade.assignment} "
                f"that are run give {number(grade.max_score)}",
                where="--pass-score",
                remedy="Ask for less, or for a share, such as 80%.",
            )
        needed = grade.max_score * self.value / 100 if self.is_percent else self.value
        return not grade.problem and grade.score >= needed

    def __str__(self) -> str:
        return f"{number(self.value)}{'%' if self.is_percent else ' points'}"


def together(results: Sequence[Result]) -> Grade:
    """Return one grade that holds the tests of all results, for formats that know only one."""
    grades = [result.grade for result in results]
    if len(grades) == 1:
        return grades[0]
    review = any(grade.status is GradeStatus.NEEDS_REVIEW for grade in grades)
    return Grade(
        student="all",
        assignment="all",
        score=sum((grade.score for grade in grades), Decimal(0)),
        max_score=sum((grade.max_score for grade in grades), Decimal(0)),
        pending=sum((grade.pending for grade in grades), Decimal(0)),
        status=GradeStatus.NEEDS_REVIEW if review else GradeStatus.GRADED,
        verdicts=tuple(
            verdict.model_copy(update={"title": f"{grade.student}: {verdict.title}"})
            for grade in grades
            for verdict in tests_of(grade)
        ),
    )
