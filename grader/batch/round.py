"""One round of grading: from what was handed in to a complete folder of results."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from grader.batch.folder import ResultsFolder
from grader.batch.pool import Progress, run_jobs
from grader.batch.selection import make_jobs, result_key
from grader.batch.warm import start_warm_server
from grader.model import Assignment, Grade, Level
from grader.pipeline import Rules, collected_tests
from grader.roster import Roster
from grader.sandbox import open_nursery
from grader.sandbox.fork import warm_up
from grader.sandbox.libraries import expected_set
from grader.scoring import missing
from grader.submission import Attempt
from grader.submission.names import student_ids

__all__ = ["Round", "grade_round"]


class Round(NamedTuple):
    """What a round of grading left in its folder.

    Attributes:
        grades: every grade of the folder by its key, also those of earlier rounds.
        stayed: keys of the grades that this round did not touch.
        outdated: those of ``stayed`` that another version of the assignment gave.
        graded: how many submissions this round has graded.
        total: how many it was to grade; more than ``graded`` if it was interrupted.
    """

    grades: Mapping[str, Grade]
    stayed: Sequence[str]
    outdated: Sequence[str]
    graded: int
    total: int


class _Counted:
    """Passes progress on, and counts."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.graded = 0

    def started(self, total: int) -> None:
        self._progress.started(total)

    def finished(self, key: str) -> None:
        self.graded += 1
        self._progress.finished(key)

    def again(self, key: str) -> None:
        self._progress.again(key)


def grade_round(
    attempts: Sequence[Attempt],
    assignment: Assignment,
    rules: Rules,
    output: Path,
    progress: Progress,
    *,
    roster: Roster | None = None,
    all_attempts: bool = False,
    after_due: bool = False,
    clean: bool = False,
    processes: int | None = None,
    level: Level = Level.D,
) -> Round:
    """Grade attempts, add who handed in nothing, and write the pages about the class.

    An interrupt (KeyboardInterrupt) ends the round early; what was graded until then is kept.

    Args:
        attempts: everything that was handed in.
        assignment: what was handed in for.
        rules: how to grade.
        output: the folder of results.
        progress: told what is finished.
        roster: gives names, and tells who handed in nothing.
        all_attempts: grade every attempt and not only the latest of each student.
        after_due: students also see the outcome of ``after_due`` tests in full.
        clean: remove all earlier results from the folder first.
        processes: how many submissions at a time; as many as there are cores when None.
        level: how the submissions are isolated.

    Raises:
        SandboxError: this machine refuses what the level needs.
        SpecError: the assignment itself is at fault.
        UsageError: an unknown test is asked for, or the folder cannot be used.
    """
    # Before anything is graded: a wrong test is then told once and for all.
    tests = collected_tests(assignment, rules)
    max_score = sum((test.points for test in tests), Decimal(0))
    jobs = make_jobs(
        attempts,
        assignment,
        rules,
        output,
        roster=roster,
        all_attempts=all_attempts,
        after_due=after_due,
    )
    folder = ResultsFolder(output, after_due=after_due)
    stayed = folder.make_room(
        assignment,
        max_score,
        keys={job.key for job in jobs},
        students={job.attempt.student for job in jobs},
        recount=roster is not None,
        clean=clean,
    )
    counted = _Counted(progress)
    if jobs:
        start_warm_server(assignment, rules)  # while the nursery starts
    with contextlib.suppress(KeyboardInterrupt), open_nursery(level) as nursery:
        # After an interrupt, `graded` and `total` tell.
        if jobs:
            allowed = assignment.allowed_imports
            warm_up(nursery, expected_set(jobs[0].attempt.path, allowed), allowed)
        run_jobs([job._replace(nursery=nursery) for job in jobs], counted, processes=processes)
    present = {attempt.student for attempt in attempts}
    present |= {grade.student for grade in stayed.values()}
    for key, grade in _missing(roster, assignment, max_score, present).items():
        folder.write(key, grade, None)
    return Round(
        grades=folder.render_class(),
        stayed=sorted(stayed),
        outdated=sorted(key for key, grade in stayed.items() if _is_outdated(grade, assignment)),
        graded=counted.graded,
        total=len(jobs),
    )


def _missing(
    roster: Roster | None, assignment: Assignment, max_score: Decimal, present: Collection[str]
) -> dict[str, Grade]:
    """Return the grades of those who handed in nothing, by key."""
    entries = roster.missing(present) if roster else ()
    # Together, so that no key of a student who did hand in is given to another.
    identifiers = student_ids([*present, *(entry.student for entry in entries)])
    return {
        result_key(identifiers[entry.student]): missing(
            assignment, entry.student, entry.name
        ).model_copy(update={"max_score": max_score})
        for entry in entries
    }


def _is_outdated(grade: Grade, assignment: Assignment) -> bool:
    environment = grade.environment
    return environment is not None and environment.assignment_digest != assignment.digest
