"""``grader grade`` and ``grader report``: a class from files to pages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.cli.options import AssignmentId, CourseOption, EngineOption, IsolationOption
from grader.cli.summary import print_class
from grader.cli.terminal import console
from grader.errors import UsageError
from grader.model import Assignment, Engine, GradeStatus, Level

if TYPE_CHECKING:
    from grader.batch import Round

__all__ = ["grade", "report"]

_INTERRUPTED = 130  # as shells say it
_NAMED = 5


class Attempts(StrEnum):
    """Which of several attempts by one student are graded."""

    LATEST = "latest"
    ALL = "all"


def grade(
    assignment_id: AssignmentId,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="Notebooks, modules, zips, students' folders, or folders of a whole class.",
            show_default=False,
        ),
    ],
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
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help="Grade at level D, where a submission can do all that you can."
        ),
    ] = False,
    grading_round: Annotated[
        int, typer.Option("--round", min=0, help="Draw other random numbers than round 0 did.")
    ] = 0,
    clean: Annotated[
        bool, typer.Option("--clean", help="Remove all earlier results from DIR first.")
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--processes",
            min=1,
            help="How many submissions at a time; as many as there are cores if not given.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Grade submissions with all tests, public and hidden.

    Leaves with 0 if everything was graded, 1 if a grade needs review, 2 if something is wrong
    with the command or the course, 130 if it was interrupted.
    """
    from grader.batch import grade_round
    from grader.catalog import find_course
    from grader.pipeline import Rules
    from grader.roster import read_roster
    from grader.sandbox import choose_level
    from grader.submission import discover

    assignment = find_course(course).assignment(assignment_id)
    listed = read_roster(roster) if roster else None
    found = discover(paths, assignment=assignment.id)
    _require_apart(paths, output)
    if not found and listed is None:
        raise UsageError(
            "there is nothing to grade in what was named",
            where=", ".join(map(str, paths)),
            remedy="Name notebooks, modules, zips, or a folder that holds them.",
        )
    level = choose_level(isolation)
    if level is Level.D and not trust:
        raise UsageError(
            "submissions cannot be isolated here (level D): they could read hidden tests and "
            "everything else that you can",
            remedy="`grader doctor` tells how to get a better level. If every submission is from "
            "somebody whom you trust, add --trust.",
        )
    with _progress_bar() as bar:
        done = grade_round(
            found,
            assignment,
            Rules(
                engine=engine,
                secret=os.environ.get("GRADER_SECRET", ""),
                round=grading_round,
                only=tuple(test or ()),
            ),
            output,
            _Bar(bar),
            roster=listed,
            all_attempts=attempts is Attempts.ALL,
            after_due=_is_due(assignment),
            clean=clean,
            processes=processes,
            level=level,
        )
    print_class(done.grades, output / "index.html")
    _print_remarks(done)
    if done.graded < done.total:
        raise typer.Exit(_INTERRUPTED)
    review = any(one.status is GradeStatus.NEEDS_REVIEW for one in done.grades.values())
    raise typer.Exit(1 if review else 0)


def report(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder of results, or a folder of such folders."),
    ],
    after_due: Annotated[
        bool, typer.Option("--after-due", help="Show students the `after_due` tests in full.")
    ] = False,
) -> None:
    """Render the pages of graded submissions again, from their JSON documents.

    For a folder of several assignments' results, also write a page that links them.
    """
    from grader.batch import ResultsFolder, write_overview

    if not folder.is_dir():
        raise UsageError(
            "this is a file" if folder.exists() else "there is no such folder",
            where=str(folder),
            remedy="Name a folder that was given to `grader grade` with -o.",
        )
    parts = sorted(part for part in folder.iterdir() if part.is_dir() and any(part.glob("*.json")))
    if any(folder.glob("*.json")) or not parts:
        grades = ResultsFolder(folder, after_due=after_due).render_all()
        print_class(grades, folder / "index.html")
        return
    classes = {part: ResultsFolder(part, after_due=after_due).render_all() for part in parts}
    page = write_overview(folder, classes)
    for part, grades in classes.items():
        console().print(f"{part.name}: {len(grades)} grades")
    console().print(f"All: {page}", soft_wrap=True)


def _require_apart(paths: Sequence[Path], output: Path) -> None:
    """Keep results from being written over submissions, or being graded the next time."""
    results = output.resolve()
    for path in map(Path.resolve, paths):
        if results.is_relative_to(path) or path.is_relative_to(results):
            raise UsageError(
                "results and submissions would lie in one folder",
                where=str(output),
                remedy="Name a folder for the results that is apart from what is graded.",
            )


def _is_due(assignment: Assignment) -> bool:
    return assignment.dates.due is not None and datetime.now(UTC) >= assignment.dates.due


def _print_remarks(done: Round) -> None:
    """Say which grades are not of this round, and whether it was interrupted."""
    output = console(stderr=True)
    if done.stayed:
        outdated = f"; {len(done.outdated)} by another version of it" if done.outdated else ""
        output.print(
            f"{len(done.stayed)} of these grades were there before and stayed{outdated}: "
            f"{_names(done.stayed)}. To grade afresh, use --clean.",
            style="yellow",
        )
    if done.graded < done.total:
        output.print(
            f"Interrupted: {done.graded} of {done.total} submissions were graded, and their "
            "results are kept.",
            style="bold yellow",
        )


def _names(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return ", ".join(keys[:_NAMED]) + more


def _progress_bar() -> Progress:
    output = console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=output,
        transient=True,
        disable=not output.is_terminal,
    )


class _Bar:
    """Shows the progress of a batch."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Grading", total=None)

    def started(self, total: int) -> None:
        """Set the bar's length."""
        self._bar.update(self._task, total=total)

    def finished(self, key: str) -> None:
        """Count a submission, and name it."""
        self._bar.update(self._task, advance=1, description=f"{key[:24]:24}")

    def again(self, key: str) -> None:
        """Say that a submission is run once more."""
        self._bar.console.print(f"{key} waited too long for this machine; it is run again, alone")
