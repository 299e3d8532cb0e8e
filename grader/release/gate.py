"""What must hold before students get an assignment.

The reference solution and every right variant score full, the starter scores nothing, no file says
what is secret, and what is committed is current.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from grader.calibration import stale
from grader.calibration.variants import Role, Variant, as_submission
from grader.catalog import THRESHOLDS, starter_checks
from grader.errors import SpecError
from grader.model import Assignment, Grade, Level, Submission
from grader.pipeline import Rules, grade_submission
from grader.points import number
from grader.release.bundle import Bundle
from grader.release.confidential import secrets_of
from grader.release.leaks import find_leaks
from grader.release.starter import Starter, stale_starter
from grader.sandbox import Sandbox, connect, open_nursery
from grader.submission import discover, read

__all__ = ["Progress", "refuse_leaks", "refuse_stale", "refuse_uncalibrated", "refuse_unjust"]

_LISTED = 5
_SHOWN = 160


class Progress(Protocol):
    """Told how the gradings go on."""

    def started(self, total: int) -> None:
        """So many solutions are going to be graded."""
        ...

    def grading(self, name: str) -> None:
        """This one is graded now."""
        ...

    def finished(self) -> None:
        """One is graded."""
        ...


def refuse_stale(assignment: Assignment) -> None:
    """Refuse an assignment whose starter in the course is not what the reference gives.

    Raises:
        SpecError: it is not.
    """
    if old := stale_starter(assignment):
        raise SpecError(
            f"the starter is out of date: {', '.join(old)}",
            where=str(assignment.folder / "starter"),
            remedy=f"Run `grader release {assignment.id}` and commit the result.",
        )


def refuse_uncalibrated(assignment: Assignment) -> None:
    """Refuse thresholds that are out of date or provisional.

    Raises:
        SpecError: they are.
    """
    if reasons := stale(assignment):
        raise SpecError(
            "\n".join(["the thresholds of the metrics are out of date:", *reasons]),
            where=f"assignments/{assignment.id}/{THRESHOLDS}",
            remedy=f"Run `grader calibrate {assignment.id}` and commit the result.",
        )


def refuse_leaks(assignment: Assignment, starter: Starter, bundle: Bundle) -> None:
    """Refuse a bundle that says what is secret; :mod:`grader.release.leaks` says what that is.

    Raises:
        SpecError: it does; names the files and lines.
    """
    leaks = find_leaks(bundle.files, secrets_of(assignment, starter))
    if not leaks:
        return
    lines = [
        f"{leak.where} says what {leak.source} says: {_cut(leak.text)}" for leak in leaks[:_LISTED]
    ]
    if len(leaks) > _LISTED:
        lines.append(f"and {len(leaks) - _LISTED} more")
    raise SpecError(
        "students would be given what is secret:\n" + "\n".join(lines),
        where=f"assignments/{assignment.id}",
        remedy="Say it otherwise there, or, if students may know it, not in a hidden test or "
        "between the markers of a solution.",
    )


class _Candidate(NamedTuple):
    """A solution to be graded, and what it deserves."""

    name: str
    submission: Submission
    full: bool


def refuse_unjust(
    assignment: Assignment,
    released: Assignment,
    progress: Progress,
    *,
    level: Level,
    secret: str = "",
) -> None:
    """Grade the reference, its right variants, and the starter that students get.

    Args:
        assignment: with its reference.
        released: the assignment as students have it.
        progress: told how it goes on.
        level: how the solutions are isolated.
        secret: the course's secret.

    Raises:
        SpecError: a right solution does not score full, or the starter scores something.
    """
    candidates = [*_right(assignment), *_starters(assignment, released)]
    progress.started(len(candidates))
    with open_nursery(level) as nursery, connect(nursery) as sandbox:
        for candidate in candidates:
            progress.grading(candidate.name)
            _judge(candidate, _graded(candidate, assignment, Rules(secret=secret), sandbox))
            progress.finished()


def _right(assignment: Assignment) -> Iterator[_Candidate]:
    """Yield the reference solution and its right variants."""
    assert assignment.reference is not None
    where = f"reference/{assignment.id}"
    paths = sorted((assignment.reference / "variants" / Role.RIGHT).glob("*.py"))
    for path in (assignment.reference / "solution.py", *paths):
        variant = Variant(path.stem, Role.RIGHT, path, "", "", "")
        name = f"{where}/{path.relative_to(assignment.reference).as_posix()}"
        yield _Candidate(name, as_submission(variant, assignment), full=True)


def _starters(assignment: Assignment, released: Assignment) -> Iterator[_Candidate]:
    """Yield the notebook and the module that students begin with."""
    for suffix in ("ipynb", "py"):
        path = released.folder / f"{assignment.id}.{suffix}"
        [attempt] = discover([path], assignment=assignment.id)
        name = f"assignments/{assignment.id}/starter/{path.name}"
        submission = read(attempt, assignment=assignment, checks=starter_checks(released))
        yield _Candidate(name, submission, full=False)


def _graded(candidate: _Candidate, assignment: Assignment, rules: Rules, sandbox: Sandbox) -> Grade:
    graded = grade_submission(candidate.submission, assignment, rules, sandbox=sandbox)
    if graded.waited:  # this machine was busy
        graded = grade_submission(candidate.submission, assignment, rules, sandbox=sandbox)
    return graded.grade


def _judge(candidate: _Candidate, grade: Grade) -> None:
    """Refuse what has not the score that it deserves."""
    score = f"{number(grade.score)} of {number(grade.max_score)} points"
    if candidate.full and grade.score < grade.max_score:
        lost = [
            f"{verdict.id}: {_cut(verdict.message or verdict.status)}"
            for verdict in grade.verdicts
            if verdict.points < verdict.max_points
        ]
        reasons = [grade.problem] if grade.problem else _listed(lost)
        raise SpecError(
            "\n".join([f"a right solution scores {score}:", *reasons]),
            where=candidate.name,
            remedy="Mend the test or the solution.",
        )
    if not candidate.full and (grade.score or grade.pending):
        earned = [
            f"{verdict.id}: {number(verdict.points)} of {number(verdict.max_points)}"
            for verdict in grade.verdicts
            if verdict.points or verdict.status == "errored"
        ]
        raise SpecError(
            "\n".join([f"the untouched starter scores {score}:", *_listed(earned)]),
            where=candidate.name,
            remedy="Let a test earn points only after a right answer, and nothing of the solution "
            "stand outside its markers.",
        )


def _listed(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - _LISTED
    return [*lines[:_LISTED], *([f"and {rest} more"] if rest > 0 else [])]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
