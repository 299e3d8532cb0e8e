"""Grading one attempt, from its file to its pages; runs in a process of its own."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import NamedTuple

from grader.batch.fingerprint import digest_of_contents
from grader.batch.folder import ResultsFolder
from grader.catalog import starter_checks
from grader.errors import SpecError
from grader.model import Assignment, GradeStatus, Level, Notice, Submission
from grader.pipeline import Graded, Rules, collected_tests, grade_submission
from grader.sandbox import NurseryAddress, connect
from grader.scoring import errored, grade
from grader.submission import Attempt, read

__all__ = ["Job", "Outcome", "fail_job", "run_job"]


class Job(NamedTuple):
    """One attempt to grade.

    Attributes:
        key: file name of the results without ending.
        name: the student's name, from a roster; may be empty.
        nursery: where workers come from.
        notices: what is to be said beside what reading the attempt says.
        contents: the digest of what was handed in when the round began; empty if nobody asks.
    """

    attempt: Attempt
    assignment: Assignment
    rules: Rules
    output: Path
    key: str
    name: str = ""
    notices: tuple[Notice, ...] = ()
    after_due: bool = False
    nursery: NurseryAddress = NurseryAddress(Level.D)
    contents: str = ""


class Outcome(NamedTuple):
    """What became of a job, beside its files.

    Attributes:
        waited: a wall deadline was hit: the attempt deserves a second run, alone.
        needs_review: points are pending through no fault of the student's.
        transcript: an executed notebook was written.
        changed: what was handed in is no longer what it was when the round began.
    """

    waited: bool = False
    needs_review: bool = False
    transcript: bool = False
    changed: bool = False


def run_job(job: Job) -> Outcome:
    """Grade one attempt and write its results.

    Raises:
        SpecError: the assignment's tests cannot be collected.
        UsageError: the results cannot be written.
    """
    graded = _graded(job)
    _write(job, graded)
    return Outcome(
        waited=graded.waited,
        needs_review=graded.grade.status is GradeStatus.NEEDS_REVIEW,
        transcript=graded.transcript is not None,
        changed=bool(job.contents) and digest_of_contents(job.attempt) != job.contents,
    )


def fail_job(job: Job, reason: str) -> Outcome:
    """Write a grade for an attempt whose process was lost: all points pending, to be reviewed."""
    _write(job, _needs_review(job, reason))
    return Outcome(needs_review=True)


def _graded(job: Job) -> Graded:
    """Grade an attempt; a fault of our own becomes a grade that needs review."""
    try:
        checks = starter_checks(job.assignment)
        submission = read(job.attempt, assignment=job.assignment, checks=checks)
        with connect(job.nursery) as sandbox:
            return grade_submission(submission, job.assignment, job.rules, sandbox=sandbox)
    except SpecError:
        raise
    except Exception as error:  # whatever it is, this student's row must not be missing
        trace = "".join(traceback.format_exception(error)[-3:])
        return _needs_review(job, f"the grader failed: {trace}")


def _needs_review(job: Job, reason: str) -> Graded:
    attempt = job.attempt
    submission = Submission(
        student=attempt.student, path=attempt.path.name, attempt=attempt.attempt
    )
    tests = collected_tests(job.assignment, job.rules)
    return Graded(grade(job.assignment, submission, errored(tests, reason)), None)


def _write(job: Job, graded: Graded) -> None:
    document = graded.grade.model_copy(
        update={"name": job.name, "warnings": (*job.notices, *graded.grade.warnings)}
    )
    ResultsFolder(job.output, after_due=job.after_due).write(job.key, document, graded.transcript)
