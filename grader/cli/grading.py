"""``grader grade`` and ``grader report``: a class from files to pages."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from grader.batch import ResultsFolder, grade_class, make_jobs, write_overview
from grader.catalog import find_course
from grader.cli.options import AssignmentId, CourseOption, EngineOption
from grader.cli.terminal import console, number
from grader.errors import UsageError
from grader.model import Assignment, Engine, Grade, GradeStatus
from grader.pipeline import Rules, collected_tests
from grader.roster import read_roster
from grader.scoring import missing
from grader.submission import discover

__all__ = ["grade", "report"]

_ROWS = 60


class Attempts(StrEnum):
    """Which of several attempts by one student are graded."""

    LATEST = "latest"
    ALL = "all"


def grade(
    assignment_id: AssignmentId,
    paths: Annotated[
        list[Path],
        typer.Argument(help="Submissions, or folders of a whole class.", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Where the results go.")
    ],
    course: CourseOption = None,
    roster: Annotated[
        Path | None,
        typer.Option(help="CSV of the class: gives names, and finds who handed in nothing."),
    ] = None,
    attempts: Annotated[
        Attempts, typer.Option(help="Of several attempts by one student, grade these.")
    ] = Attempts.LATEST,
    test: Annotated[
        list[str] | None, typer.Option(help="Run only this test; may be given several times.")
    ] = None,
    engine: EngineOption = Engine.SHELL,
    grading_round: Annotated[
        int, typer.Option("--round", min=0, help="Draw other random numbers than round 0.")
    ] = 0,
    processes: Annotated[
        int | None, typer.Option("-j", "--processes", min=1, help="How many at a time.")
    ] = None,
) -> None:
    """Grade submissions with all tests. Leaves with 1 if a grade needs review, else with 0."""
    assignment = find_course(course).assignment(assignment_id)
    rules = Rules(
        engine=engine,
        secret=os.environ.get("GRADER_SECRET", ""),
        round=grading_round,
        only=tuple(test or ()),
    )
    collected_tests(assignment, rules)  # a wrong test is told before anything is graded
    listed = read_roster(roster) if roster else None
    found = discover(paths, assignment=assignment.id)
    if not found and listed is None:
        raise UsageError(
            "there is nothing to grade in what was named",
            where=", ".join(map(str, paths)),
            remedy="Name notebooks, modules, zips, or a folder that holds them.",
        )
    jobs = make_jobs(
        found,
        assignment,
        rules,
        output,
        roster=listed,
        all_attempts=attempts is Attempts.ALL,
        after_due=_is_due(assignment),
    )
    folder = ResultsFolder(output, after_due=_is_due(assignment))
    with _progress_bar() as bar:
        grade_class(jobs, _Bar(bar, len(jobs)), processes=processes)
    for entry in listed.missing([attempt.student for attempt in found]) if listed else ():
        folder.write(entry.student, missing(assignment, entry.student, entry.name), None)
    grades = folder.render_class()
    _print_summary(grades, output)
    review = any(one.status is GradeStatus.NEEDS_REVIEW for one in grades.values())
    raise typer.Exit(1 if review else 0)


def report(
    folder: Annotated[
        Path, typer.Argument(help="A folder of results, or a folder of such folders.")
    ],
    after_due: Annotated[
        bool, typer.Option("--after-due", help="Show students the `after_due` tests in full.")
    ] = False,
) -> None:
    """Render the pages of graded submissions again, from their JSON documents."""
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder))
    parts = sorted(part for part in folder.iterdir() if part.is_dir() and any(part.glob("*.json")))
    if any(folder.glob("*.json")):
        grades = ResultsFolder(folder, after_due=after_due).render_all()
        _print_summary(grades, folder)
    elif parts:
        classes = {part: ResultsFolder(part, after_due=after_due).render_all() for part in parts}
        page = write_overview(folder, classes)
        console().print(f"{len(parts)} assignments, [bold]{page}[/]", soft_wrap=True)
    else:
        raise UsageError(
            "this folder holds no grades",
            where=str(folder),
            remedy="Name a folder that was given to `grader grade` with -o.",
        )


def _is_due(assignment: Assignment) -> bool:
    return assignment.dates.due is not None and datetime.now(UTC) >= assignment.dates.due


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    )


class _Bar:
    """Shows the progress of a batch."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("Grading", total=total)

    def finished(self, key: str) -> None:
        """Count a submission, and name it."""
        self._bar.update(self._task, advance=1, description=f"Graded {escape(key[:30])}")

    def again(self, key: str) -> None:
        """Say that a submission is run once more."""
        self._bar.console.print(f"{escape(key)} waited too long; it is run again, alone")


def _print_summary(grades: Mapping[str, Grade], folder: Path) -> None:
    output = console()
    table = Table(box=None, pad_edge=False)
    for title in ("Student", "Name", "Score", "Of", "Status", "What"):
        table.add_column(title, justify="right" if title in ("Score", "Of") else "left")
    for key, one in list(grades.items())[:_ROWS]:
        lost = [verdict for verdict in one.verdicts if verdict.points < verdict.max_points]
        what = one.problem or (f"{len(lost)} of {len(one.verdicts)} tests lost points" * bool(lost))
        table.add_row(
            escape(key),
            escape(one.name),
            number(one.score),
            number(one.max_score),
            one.status.value.replace("_", " "),
            escape(what.partition(". ")[0]),
        )
    if not any(one.name for one in grades.values()):
        table.columns.pop(1)
    output.print(table)
    if len(grades) > _ROWS:
        output.print(f"… and {len(grades) - _ROWS} more")
    output.print(_sentence(list(grades.values())))
    output.print(f"[bold]{folder / 'index.html'}[/]", soft_wrap=True)


def _sentence(grades: Sequence[Grade]) -> str:
    """Sum up a class: ``24 graded, 2 unreadable; mean 71.3, median 82 of 100``."""
    counts = {
        status: sum(one.status is status for one in grades)
        for status in GradeStatus
        if any(one.status is status for one in grades)
    }
    told = ", ".join(f"{n} {status.value.replace('_', ' ')}" for status, n in counts.items())
    scores = sorted(one.score for one in grades if one.status is not GradeStatus.MISSING)
    if not scores:
        return told
    middle = len(scores) // 2
    median = (scores[middle] + scores[-middle - 1]) / 2
    mean = sum(scores, Decimal(0)) / len(scores)
    best = max(one.max_score for one in grades)
    return f"{told}; mean {number(mean)}, median {number(median)} of {number(best)} points"
