"""From attempts to jobs: which attempt of a student counts, and what its results are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.batch.job import Job
from grader.model import Assignment, Notice
from grader.pipeline import Rules
from grader.roster import Roster
from grader.submission import Attempt

__all__ = ["make_jobs"]


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
        latest = ordered[-1]
        for attempt in ordered if all_attempts else [latest]:
            several = len(ordered) > 1
            jobs.append(
                Job(
                    attempt=attempt,
                    assignment=assignment,
                    rules=rules,
                    output=output,
                    key=f"{student}-attempt-{attempt.attempt}"
                    if several and all_attempts
                    else student,
                    name=roster.name_of(student) if roster else "",
                    notices=_latest_counts(ordered) if several and not all_attempts else (),
                    after_due=after_due,
                )
            )
    return jobs


def _latest_counts(ordered: Sequence[Attempt]) -> tuple[Notice, ...]:
    names = ", ".join(attempt.path.name for attempt in ordered[:-1])
    return (
        Notice(
            code="attempts",
            message=f"{len(ordered)} attempts were handed in; the latest counts. Not graded: "
            f"{names}",
            where=ordered[-1].path.name,
        ),
    )
