"""From attempts to jobs: which attempt of a student counts, and what its results are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.batch.folder import RESERVED_KEYS
from grader.batch.job import Job
from grader.model import Assignment, Notice
from grader.pipeline import Rules
from grader.roster import Roster
from grader.submission import Attempt

__all__ = ["make_jobs", "result_key"]


def make_jobs(
    attempts: Sequence[Attempt],
    assignment: Assignment,
    rules: Rules,
    output: Path,
    *,
    roster: Roster | None = None,
    all_attempts: bool = False,
    after_due: bool = False,
) -> list[Job]:
    """Choose attempts and say where their results go.

    Args:
        attempts: everything that was handed in.
        assignment: what was handed in for.
        rules: how to grade.
        output: the folder of results.
        roster: gives names to students.
        all_attempts: grade every attempt, each under a key of its own, and not only the latest.
        after_due: students also see the outcome of ``after_due`` tests in full.
    """
    by_student: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_student.setdefault(attempt.student, []).append(attempt)
    jobs = []
    for student, made in by_student.items():
        ordered = sorted(made, key=lambda attempt: attempt.attempt)
        every = all_attempts and len(ordered) > 1
        for attempt in ordered if every else ordered[-1:]:
            jobs.append(
                Job(
                    attempt=attempt,
                    assignment=assignment,
                    rules=rules,
                    output=output,
                    key=result_key(student, attempt.attempt if every else None),
                    name=roster.name_of(student) if roster else "",
                    notices=() if every else _latest_counts(ordered),
                    after_due=after_due,
                )
            )
    return jobs


def result_key(student: str, attempt: int | None = None) -> str:
    """Return what the results of a submission are called.

    A student's identifier holds no ``+``, so that no key can be that of another student, and none
    is that of a file about the whole class.

    Args:
        student: identifier, safe as a file name.
        attempt: number of the attempt where several of one student are graded.
    """
    if attempt is not None:
        return f"{student}+attempt-{attempt}"
    return f"{student}+student" if student.casefold() in RESERVED_KEYS else student


def _latest_counts(ordered: Sequence[Attempt]) -> tuple[Notice, ...]:
    *earlier, latest = ordered
    if not earlier:
        return ()
    names = ", ".join(attempt.path.name for attempt in earlier)
    return (
        Notice(
            code="attempts",
            message=f"{len(ordered)} attempts were handed in; the latest counts. Not graded: "
            f"{names}",
            where=latest.path.name,
        ),
    )
