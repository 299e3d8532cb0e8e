"""Grades the submissions that changed, and keeps of the grades what students may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from grader.batch import Silent, grade_round
from grader.batch.folder import FEEDBACK
from grader.catalog import Course
from grader.ci.changes import Target, place_attempts
from grader.ci.event import Comparison
from grader.ci.places import Work
from grader.ci.repository import Repository
from grader.ci.result import PassScore, Result
from grader.errors import UsageError
from grader.feedback import student_view
from grader.model import Assignment, Level
from grader.pipeline import Rules, collected_tests

__all__ = ["Graded", "Terms", "grade_targets", "require_own_tests"]


class Terms(NamedTuple):
    """How everything is graded.

    Attributes:
        rules: with the hidden tests or without.
        level: how submissions are isolated.
        pass_score: what is enough.
    """

    rules: Rules
    level: Level
    pass_score: PassScore


class Graded(NamedTuple):
    """What became of the targets.

    Attributes:
        results: by assignment and student.
        pages: what a report shows of them: the file to copy by its path in the report.
        is_whole: nobody interrupted.
    """

    results: list[Result]
    pages: dict[str, Path]
    is_whole: bool


def require_own_tests(course: Course, comparison: Comparison) -> None:
    """Refuse to run tests and references that the very head would bring along.

    A job that holds secrets and checks out the head of a pull request runs whatever its author
    wrote into a test, outside of every sandbox.

    Raises:
        UsageError: the course lies in a checkout of the head, which is not yet taken over.
    """
    around = Repository.around(course.root) if comparison.is_proposal else None
    here = around and around.commit("HEAD")
    if not around or not here or not around.commit(comparison.head):
        return
    known = comparison.base and around.contains(comparison.base, comparison.head)
    if around.contains(here, comparison.head) and not known:
        raise UsageError(
            "these tests come from the very change that is to be graded: the course lies in a "
            "checkout of it",
            where=str(course.root),
            remedy="Check out the base, or the course's own repository, and never the head. If "
            "its author may run anything here, add --trust.",
        )


def grade_targets(
    repository: Repository,
    targets: Sequence[Target],
    course: Course,
    terms: Terms,
    folder: Path,
) -> Graded:
    """Grade targets one after the other; the submissions of each side by side.

    Args:
        repository: where the submissions are.
        targets: what is to be graded.
        course: has their assignments.
        terms: how.
        folder: an empty folder that nobody else reads. Complete results are written there, of
            which a student may see what this function returns.

    Raises:
        GraderError: as :func:`~grader.batch.grade_round` and the course say.
        UsageError: an assignment has no tests of the kind that is asked for.
    """
    assignments = [course.assignment(target.assignment) for target in targets]
    for assignment in assignments:  # before anything is graded
        _require_tests(assignment, terms.rules)
    graded = Graded([], {}, is_whole=True)
    for target, assignment in zip(targets, assignments, strict=True):
        attempts, top = place_attempts(repository, target, folder / f"{assignment.id}.files")
        results = folder / assignment.id
        due = assignment.dates.due
        after_due = due is not None and datetime.now(UTC) >= due
        done = grade_round(
            attempts,
            assignment,
            terms.rules,
            results,
            Silent(),
            after_due=after_due,
            level=terms.level,
        )
        by_attempt = {(one.student, one.attempt): one for one in attempts}
        for key, complete in done.grades.items():
            grade = student_view(complete, after_due=after_due)
            work = Work(by_attempt[grade.student, grade.attempt], grade, top)
            graded.results.append(Result(grade, work, terms.pass_score.is_reached(grade)))
            for name in (f"{key}.html", f"{key}.json"):
                graded.pages[f"{assignment.id}/{name}"] = results / FEEDBACK / name
        if done.graded < done.total:
            return graded._replace(is_whole=False)
    return graded


def _require_tests(assignment: Assignment, rules: Rules) -> None:
    """Refuse to call a submission right because nothing was asked."""
    if rules.hidden and not any(assignment.hidden_tests.glob("test_*.py")):
        raise UsageError(
            f"there are no hidden tests of {assignment.id} here",
            where=str(assignment.hidden_tests),
            remedy="Let --course name the complete course, or leave --hidden out.",
        )
    if not collected_tests(assignment, rules):
        raise UsageError(
            f"{assignment.id} has no public tests, so there is nothing to run",
            where=str(assignment.public_tests),
            remedy="Write some, or grade with the hidden ones where nobody else can read them.",
        )
