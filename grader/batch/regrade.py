"""Grading a class again, beside its grades, to see who gains and who loses before they go."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from grader.batch.difference import Difference, differences
from grader.batch.fingerprint import digest_of_conditions
from grader.batch.folder import ResultsFolder
from grader.batch.interrupts import Interrupts
from grader.batch.journal import Journal
from grader.batch.plan import make_plan
from grader.batch.pool import Progress
from grader.batch.replacement import finish_replacement, replace_grades
from grader.batch.round import grade_round
from grader.batch.selection import make_jobs
from grader.errors import UsageError
from grader.model import Assignment, Grade, GradeStatus, Level
from grader.pipeline import Rules
from grader.roster import Roster, RosterEntry
from grader.submission import Attempt

__all__ = ["Regraded", "regrade_class"]

_BESIDE = ".regrade-"


class Regraded(NamedTuple):
    """What grading a class again found.

    Attributes:
        differences: between the grades that there were and those of now.
        unchanged: keys of grades that would be the same, since nothing has changed for them.
        left: keys of grades whose submissions were not named.
        graded: how many submissions were graded.
        total: how many were to be; more than ``graded`` if it was interrupted.
        taken_over: how many an earlier regrading, which replaced nothing, had graded.
    """

    differences: Sequence[Difference]
    unchanged: Sequence[str]
    left: Sequence[str]
    graded: int
    total: int
    taken_over: int


def regrade_class(
    attempts: Sequence[Attempt],
    assignment: Assignment,
    rules: Rules,
    output: Path,
    progress: Progress,
    decide: Callable[[Regraded], bool],
    *,
    after_due: bool = False,
    processes: int | None = None,
    level: Level = Level.D,
    interrupts: Interrupts | None = None,
) -> Regraded:
    """Grade into a folder beside the results, compare, and replace them if that is decided.

    What was graded beside them stays until it replaces them or the assignment changes: to look
    first and decide later costs no second grading.

    Args:
        attempts: what was handed in.
        assignment: as it is now.
        rules: how to grade.
        output: the folder of results.
        progress: told what is finished.
        decide: told what was found; True replaces the grades. Not asked if an interrupt came.
        after_due: students also see the outcome of ``after_due`` tests in full.
        processes: how many submissions at a time; as many as there are cores when None.
        level: how the submissions are isolated.
        interrupts: entered, they keep an interrupt from doing harm.

    Raises:
        SandboxError: this machine refuses what the level needs.
        SpecError: the assignment itself is at fault.
        UsageError: the folder holds no grades of this assignment, cannot be used, or would hold
            grades that do not fit together.
    """
    interrupts = interrupts or Interrupts()
    folder = ResultsFolder(output, after_due=after_due)
    _require_grades(folder, assignment)
    with Journal(output) as journal:
        finish_replacement(folder, journal)
        before = folder.grades()
        every = any(_is_one_of_several(key, grade) for key, grade in before.items())
        jobs = make_jobs(
            attempts,
            assignment,
            rules,
            output,
            roster=_names_of(attempts, before),
            all_attempts=every,
            after_due=after_due,
        )
        plan = make_plan(jobs, folder, journal, level=level, force=False)
        students = {job.attempt.student for job in plan.due}
        named = [attempt for attempt in attempts if attempt.student in students]
        beside = _folder_beside(folder, digest_of_conditions(assignment, rules))
        done = grade_round(
            named,
            assignment,
            rules,
            beside.root,
            progress,
            roster=_names_of(named, before),
            all_attempts=every,
            after_due=after_due,
            processes=processes,
            level=level,
            interrupts=interrupts,
        )
        keys = {job.key for job in jobs if job.attempt.student in students}
        after = {key: grade for key, grade in done.grades.items() if key in keys}
        gone = {key for key, one in before.items() if one.student in students and key not in keys}
        known = {job.key for job in jobs} | gone
        left = [
            key
            for key, one in before.items()
            if key not in known and one.status is not GradeStatus.MISSING
        ]
        regraded = Regraded(
            differences=differences(before, after),
            unchanged=[job.key for job in jobs if job.key not in keys],
            left=left,
            graded=done.graded,
            total=done.total,
            taken_over=len(done.unchanged),
        )
        if done.graded == done.total and decide(regraded):
            # An interrupt from here on comes too late.
            with contextlib.suppress(KeyboardInterrupt), interrupts.held():
                _require_alike({**before, **after}, after, gone, output)
                for key in done.grades.keys() - keys:  # of students that were not named now
                    beside.remove(key)
                _recount_missing(beside, before, after)
                replace_grades(folder, journal, beside, gone=gone)
        return regraded


def _require_grades(folder: ResultsFolder, assignment: Assignment) -> None:
    grades = folder.grades() if folder.root.is_dir() else {}
    if not grades:
        raise UsageError(
            "there are no grades here that others could be compared with",
            where=str(folder.root),
            remedy="Name the folder that was given to `grader grade` with -o.",
        )
    for grade in grades.values():
        if grade.assignment != assignment.id:
            raise UsageError(
                f'this folder holds grades of "{grade.assignment}"',
                where=str(folder.root),
                remedy=f"Name the folder of {assignment.id}.",
            )


def _is_one_of_several(key: str, grade: Grade) -> bool:
    """Tell whether a grade is of a round in which every attempt was graded."""
    return key == f"{grade.student}+attempt-{grade.attempt}"


def _names_of(attempts: Sequence[Attempt], grades: Mapping[str, Grade]) -> Roster:
    """Return the names that students have in their grades, of those who are graded again."""
    names = {grade.student: grade.name for grade in grades.values()}
    students = dict.fromkeys(attempt.student for attempt in attempts)
    return Roster(
        entries=tuple(
            RosterEntry(student=one, name=names.get(one, ""), line=line)
            for line, one in enumerate(students)
        )
    )


def _folder_beside(folder: ResultsFolder, conditions: str) -> ResultsFolder:
    """Return the folder for grades under these conditions, and remove those under others."""
    name = f"{_BESIDE}{conditions[:12]}"
    for other in folder.root.glob(f"{_BESIDE}*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)
    return ResultsFolder(folder.root / name)


def _require_alike(
    grades: Mapping[str, Grade], after: Mapping[str, Grade], gone: Collection[str], output: Path
) -> None:
    """Refuse to leave grades beside the new ones that are out of other points."""
    points = {grade.max_score for grade in after.values()}
    others = [
        key
        for key, grade in grades.items()
        if key not in gone and grade.status is not GradeStatus.MISSING and points
        if grade.max_score not in points
    ]
    if others:
        raise UsageError(
            "nothing was replaced: grades would stay that are out of other points, such as that of "
            f"{others[0]}",
            where=str(output),
            remedy="Name the submissions of the whole class.",
        )


def _recount_missing(
    beside: ResultsFolder, before: Mapping[str, Grade], after: Mapping[str, Grade]
) -> None:
    """Let those who handed in nothing have nothing of as many points as the others."""
    points: Decimal | None = next((grade.max_score for grade in after.values()), None)
    for key, grade in before.items():
        missing = grade.status is GradeStatus.MISSING and key not in after
        if missing and points is not None and grade.max_score != points:
            beside.write(key, grade.model_copy(update={"max_score": points}), None)
