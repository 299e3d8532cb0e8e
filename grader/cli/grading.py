"""``grader grade`` and ``grader report``: a class from files to pages."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import (
    AssignmentId,
    CourseOption,
    EngineOption,
    IsolationOption,
    JobsOption,
    RoundOption,
    SubmissionPaths,
    TrustOption,
)
from grader.cli.progress import BatchProgress
from grader.cli.summary import print_class
from grader.cli.terminal import console
from grader.cli.trust import course_secret, safe_level
from grader.errors import UsageError
from grader.model import Assignment, Engine, GradeStatus

if TYPE_CHECKING:
    from grader.batch import Round

__all__ = [
    "INTERRUPTED",
    "grade",
    "is_due",
    "names",
    "print_way_on",
    "report",
    "require_apart",
]

INTERRUPTED = 130  # as shells say it
_NAMED = 5


class Attempts(StrEnum):
    """Which of several attempts by one student are graded."""

    LATEST = "latest"
    ALL = "all"


def grade(
    assignment_id: AssignmentId,
    paths: SubmissionPaths,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Where the results go. Results of other submissions that are there stay.",
        ),
    ],
    course: CourseOption = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="The class: gives names, and tells who handed in nothing.",
            show_default=False,
        ),
    ] = None,
    attempts: Annotated[
        Attempts, typer.Option(help="Of several attempts by one student, grade these.")
    ] = Attempts.LATEST,
    test: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Run only this test; may be given several times.",
            show_default=False,
        ),
    ] = None,
    engine: EngineOption = Engine.SHELL,
    isolation: IsolationOption = None,
    trust: TrustOption = False,
    grading_round: RoundOption = 0,
    clean: Annotated[
        bool, typer.Option("--clean", help="Remove all earlier results from DIR first.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again also what has not changed.")
    ] = False,
    jobs: JobsOption = None,
) -> None:
    """Grade submissions with all tests, public and hidden.

    What was graded into DIR before and has not changed is taken over. After an interrupt the same
    command goes on.

    Leaves with 0 if everything was graded, 1 if a grade needs review, 2 if something is wrong
    with the command or the course, 130 if it was interrupted.
    """
    from grader.catalog import find_course
    from grader.roster import read_roster
    from grader.sandbox import open_nursery
    from grader.submission import discover

    assignment = find_course(course).assignment(assignment_id)
    listed = read_roster(roster) if roster else None
    found = discover(paths, assignment=assignment.id)
    require_apart(paths, output)
    if not found and listed is None:
        raise UsageError(
            "there is nothing to grade in what was named",
            where=", ".join(map(str, paths)),
            remedy="Name notebooks, modules, zips, or a folder that holds them.",
        )
    level = safe_level(isolation, trust=trust)
    first = found[0].path if found else None
    with open_nursery(level, first=first, allowed=assignment.allowed_imports) as nursery:
        # It takes a while to be ready; meanwhile this process imports what it needs itself.
        from grader.batch import Interrupts, grade_round
        from grader.pipeline import Rules

        with Interrupts(last=True) as interrupts:
            with BatchProgress() as progress:
                done = grade_round(
                    found,
                    assignment,
                    Rules(
                        engine=engine,
                        secret=course_secret(),
                        round=grading_round,
                        only=tuple(test or ()),
                    ),
                    output,
                    progress,
                    roster=listed,
                    all_attempts=attempts is Attempts.ALL,
                    after_due=is_due(assignment),
                    clean=clean,
                    force=force,
                    processes=jobs,
                    level=level,
                    interrupts=interrupts,
                    nursery=nursery,
                )
            print_class(done.grades, output / "index.html")
            _print_remarks(done)
    if done.graded < done.total:
        raise typer.Exit(INTERRUPTED)
    review = any(one.status is GradeStatus.NEEDS_REVIEW for one in done.grades.values())
    raise typer.Exit(1 if review else 0)


def report(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder of results, or a folder of such folders."),
    ],
    after_due: Annotated[
        bool,
        typer.Option(
            "--after-due",
            help="Show students the `after_due` tests in full, and the key points of written "
            "questions.",
        ),
    ] = False,
) -> None:
    """Render the pages of graded submissions again, from their JSON documents.

    For a folder of several assignments' results, also write a page that links them.
    """
    from grader.batch import ResultsFolder, settle, write_overview

    if not folder.is_dir():
        raise UsageError(
            "this is a file" if folder.exists() else "there is no such folder",
            where=str(folder),
            remedy="Name a folder that was given to `grader grade` with -o.",
        )
    parts = sorted(part for part in folder.iterdir() if part.is_dir() and any(part.glob("*.json")))
    for part in (folder, *parts):
        settle(part)
    if any(folder.glob("*.json")) or not parts:
        grades = ResultsFolder(folder, after_due=after_due).render_all()
        print_class(grades, folder / "index.html")
        return
    classes = {part: ResultsFolder(part, after_due=after_due).render_all() for part in parts}
    page = write_overview(folder, classes)
    for part, grades in classes.items():
        console().print(f"{part.name}: {len(grades)} grades")
    console().print(f"All: {page}", soft_wrap=True)


def require_apart(paths: Sequence[Path], output: Path) -> None:
    """Keep results from being written over submissions, or being graded the next time."""
    results = output.resolve()
    for path in map(Path.resolve, paths):
        if results.is_relative_to(path) or path.is_relative_to(results):
            raise UsageError(
                "results and submissions would lie in one folder",
                where=str(output),
                remedy="Name a folder for the results that is apart from what is graded.",
            )


def is_due(assignment: Assignment) -> bool:
    """Tell whether the due date is over."""
    return assignment.dates.due is not None and datetime.now(UTC) >= assignment.dates.due


def _print_remarks(done: Round) -> None:
    """Say which grades are not of this round, and whether it was interrupted."""
    output = console(stderr=True)
    if done.unchanged:
        output.print(
            f"{len(done.unchanged)} unchanged, {done.graded} graded. To grade again what has not "
            "changed, use --force."
        )
    if done.stayed:
        outdated = f"; {len(done.outdated)} by another version of it" if done.outdated else ""
        output.print(
            f"{len(done.stayed)} of these grades were there before and stayed{outdated}: "
            f"{names(done.stayed)}. To grade afresh, use --clean.",
            style="yellow",
        )
    if done.graded < done.total:
        output.print(
            f"Interrupted: {done.graded} of {done.total} submissions were graded, and their "
            "results are kept.",
            style="bold yellow",
        )
        print_way_on(leave_out=("--clean", "--force"))


def print_way_on(*, leave_out: Sequence[str] = ()) -> None:
    """Print the command that goes on after an interrupt: this one, but for some options."""
    words = [word for word in sys.argv[1:] if word not in leave_out]
    console(stderr=True).print(f"To go on: {shlex.join(['grader', *words])}", soft_wrap=True)


def names(keys: Sequence[str]) -> str:
    """Name a few of many submissions."""
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return ", ".join(keys[:_NAMED]) + more
