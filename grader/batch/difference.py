"""What another grade of the same submission changes: who gains, who loses, and by which tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from grader.export.table import csv_text
from grader.model import Grade, GradeStatus, Verdict

__all__ = ["Change", "ChangedTest", "Difference", "differences", "differences_table"]

_COLUMNS = (
    *("key", "student", "name", "change"),
    *("before", "max_before", "after", "max_after", "difference", "tests"),
)


class Change(StrEnum):
    """What a difference means for the student."""

    LOSES = "loses"
    GAINS = "gains"
    NEW = "new"
    OTHER = "other tests"
    SAME = "same"


class ChangedTest(NamedTuple):
    """A test that gave other points; None where one of the two grades does not have it."""

    test: str
    before: Decimal | None
    after: Decimal | None


class Difference(NamedTuple):
    """Two grades of one student.

    Attributes:
        before: None where there was no grade, or nothing had been handed in.
        resubmitted: they are grades of different files.
    """

    key: str
    before: Grade | None
    after: Grade
    tests: tuple[ChangedTest, ...]
    resubmitted: bool

    @property
    def share(self) -> Decimal:
        """The gain, as a share of what could be earned; a loss is negative."""
        return _share(self.after) - (Decimal(0) if self.before is None else _share(self.before))

    @property
    def change(self) -> Change:
        """What it means for the student."""
        if self.before is None:
            return Change.NEW
        if self.share:
            return Change.LOSES if self.share < 0 else Change.GAINS
        same = not self.tests and self.before.status is self.after.status
        return Change.SAME if same else Change.OTHER


def differences(before: Mapping[str, Grade], after: Mapping[str, Grade]) -> list[Difference]:
    """Compare grades by key: first who loses, then who gains, each the most first, then the rest.

    Args:
        before: grades of the class; those without a later one are left out.
        after: grades that were given now.
    """
    found = [_difference(key, before.get(key), grade) for key, grade in after.items()]
    order = list(Change)
    return sorted(found, key=lambda one: (order.index(one.change), -abs(one.share), one.key))


def differences_table(found: Iterable[Difference]) -> str:
    r"""Return differences as CSV with ``\r\n`` line ends, a byte order mark in front."""
    rows: list[tuple[object, ...]] = [_COLUMNS]
    for one in found:
        before, after = one.before, one.after
        earlier = ("", "") if before is None else (before.score, before.max_score)
        gain = "" if before is None else after.score - before.score
        tests = "; ".join(
            f"{test.test}: {_points(test.before)} -> {_points(test.after)}" for test in one.tests
        )
        student = (one.key, after.student, after.name, one.change.value)
        rows.append((*student, *earlier, after.score, after.max_score, gain, tests))
    return "\ufeff" + csv_text(rows, line_end="\r\n")


def _difference(key: str, before: Grade | None, after: Grade) -> Difference:
    if before is not None and before.status is GradeStatus.MISSING:
        before = None
    return Difference(
        key=key,
        before=before,
        after=after,
        tests=_tests(before.verdicts if before else (), after.verdicts) if before else (),
        resubmitted=before is not None and _submission(before) != _submission(after),
    )


def _tests(before: Iterable[Verdict], after: Iterable[Verdict]) -> tuple[ChangedTest, ...]:
    earlier = {one.id: one.points for one in before}
    later = {one.id: one.points for one in after}
    return tuple(
        ChangedTest(test, earlier.get(test), later.get(test))
        for test in {**later, **earlier}  # in the order of the later grade
        if earlier.get(test) != later.get(test)
    )


def _share(grade: Grade) -> Decimal:
    return grade.score / grade.max_score if grade.max_score else Decimal(0)


def _submission(grade: Grade) -> str:
    return grade.environment.submission_digest if grade.environment else ""


def _points(value: Decimal | None) -> str:
    return "-" if value is None else f"{value.normalize():f}"
