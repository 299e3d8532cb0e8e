"""One round of grading: from what was handed in to a complete folder of results."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from multiprocessing.context import ForkContext
from pathlib import Path
from typing import NamedTuple

from grader.batch.folder import ResultsFolder
from grader.batch.interrupts import Interrupts
from grader.batch.job import Job, Outcome
from grader.batch.journal import Journal
from grader.batch.plan import Plan, complete, make_plan
from grader.batch.pool import Progress, run_jobs
from grader.batch.replacement import finish_replacement
from grader.batch.selection import make_jobs, result_key
from grader.batch.warm import start_warm_server
from grader.model import Assignment, Grade, Level
from grader.pipeline import Rules, collected_tests
from grader.roster import Roster
from grader.sandbox import NurseryAddress, open_nursery
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
        unchanged: keys of the grades that were taken over, because nothing has changed.
        graded: how many submissions this round has graded.
        total: how many it was to grade; more than ``graded`` if it was interrupted.
    """

    grades: Mapping[str, Grade]
    stayed: Sequence[str]
    outdated: Sequence[str]
    unchanged: Sequence[str]
    graded: int
    total: int


class _Recorder:
    """Writes the journal as jobs are finished, and counts them."""

    def __init__(self, plan: Plan, folder: ResultsFolder, journal: Journal) -> None:
        self._plan = plan
        self._folder = folder
        self._journal = journal
        self.graded = 0

    def __call__(self, job: Job, outcome: Outcome) -> None:
        self._journal.write(self._plan.row(job, outcome), self._folder.document(job.key))
        self.graded += 1


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
    force: bool = False,
    processes: int | None = None,
    level: Level = Level.D,
    interrupts: Interrupts | None = None,
    nursery: NurseryAddress | None = None,
    context: ForkContext | None = None,
) -> Round:
    """Grade attempts, add who handed in nothing, and write the pages about the class.

    What was graded before and has not changed is taken over. An interrupt (KeyboardInterrupt) ends
    the round early; what was graded until then is kept, and the next round goes on from there.
    The same holds if this process is killed.

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
        force: grade again also what has not changed.
        processes: how many submissions at a time; as many as there are cores when None.
        level: how the submissions are isolated.
        interrupts: entered, they keep an interrupt from doing harm.
        nursery: where workers of that level come from; one is opened when None.
        context: as of :func:`grader.batch.pool.run_jobs`.

    Raises:
        SandboxError: this machine refuses what the level needs.
        SpecError: the assignment itself is at fault.
        UsageError: an unknown test is asked for, the folder cannot be used, or another process is
            using it.
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
    folder.make()
    with Journal(output) as journal:
        finish_replacement(folder, journal)
        if clean:
            journal.clear()
        plan = make_plan(jobs, folder, journal, level=level, force=force)
        earlier = folder.make_room(
            assignment,
            max_score,
            keys={job.key for job in jobs},
            students={job.attempt.student for job in jobs},
            recount=roster is not None,
            clean=clean,
        )
        complete(plan, folder, journal, earlier)
        # From here on a file may be newer than its row.
        journal.mark_due(job.key for job in plan.due)
        recorder = _Recorder(plan, folder, journal)

        def run(nursery: NurseryAddress) -> None:
            run_jobs(
                [job._replace(nursery=nursery) for job in plan.due],
                progress,
                record=recorder,
                processes=processes,
                interrupts=interrupts,
                context=context,
            )

        with contextlib.suppress(KeyboardInterrupt):  # afterwards, `graded` and `total` tell
            if not plan.due:
                progress.started(0)
            elif nursery is not None:
                run(nursery)
            else:
                _run_with_nursery(plan, run, warm=context is None)
        stayed = {key: one for key, one in earlier.items() if key not in plan.fingerprints}
        present = {attempt.student for attempt in attempts}
        present |= {grade.student for grade in stayed.values()}
        for key, grade in _missing(roster, assignment, max_score, present).items():
            folder.write(key, grade, None)
        return Round(
            grades=folder.render_class(),
            stayed=sorted(stayed),
            outdated=sorted(key for key, one in stayed.items() if _is_outdated(one, assignment)),
            unchanged=[job.key for job in plan.unchanged],
            graded=recorder.graded,
            total=len(plan.due),
        )


def _run_with_nursery(plan: Plan, run: Callable[[NurseryAddress], None], *, warm: bool) -> None:
    """Open a nursery for what is due; meanwhile the server of grading processes prepares."""
    first = plan.due[0]
    if warm:
        start_warm_server(first.assignment, first.rules)
    allowed = first.assignment.allowed_imports
    with open_nursery(plan.level, first=first.attempt.path, allowed=allowed) as nursery:
        run(nursery)


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
