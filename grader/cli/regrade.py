"""``grader regrade``: who gains and who loses by changed tests, before anything is replaced."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from grader.cli.grading import (
    INTERRUPTED,
    is_due,
    names,
    print_way_on,
    require_apart,
)
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
from grader.cli.terminal import console, number, plain
from grader.cli.trust import course_secret, safe_level
from grader.errors import UsageError
from grader.model import Engine, GradeStatus

if TYPE_CHECKING:
    from grader.batch import Difference, Regraded

__all__ = ["regrade"]

_ROWS = 60


def regrade(
    assignment_id: AssignmentId,
    paths: SubmissionPaths,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="DIR", help="The results that `grader grade` wrote."
        ),
    ],
    course: CourseOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Replace the grades in DIR by the new ones.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    table: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the differences as CSV as well."),
    ] = None,
    engine: EngineOption = Engine.SHELL,
    isolation: IsolationOption = None,
    trust: TrustOption = False,
    grading_round: RoundOption = 0,
    jobs: JobsOption = None,
) -> None:
    """Grade a class again after a change of the tests, and show who gains and who loses.

    Nothing is replaced without --apply. What was graded to be shown is kept, so that applying it
    afterwards grades nothing again.

    Leaves with 0 if nobody loses, 1 if somebody does or a new grade needs review, 2 if something is
    wrong with the command or the course, 130 if it was interrupted.
    """
    from grader.batch import Interrupts, regrade_class
    from grader.catalog import find_course
    from grader.pipeline import Rules
    from grader.submission import discover

    assignment = find_course(course).assignment(assignment_id)
    found = discover(paths, assignment=assignment.id)
    require_apart(paths, output)

    def decide(seen: Regraded) -> bool:
        if table is not None:
            _write_table(table, seen)
        if not as_json:
            progress.stop()
            _print_differences(seen)
        return apply and bool(seen.differences)

    with Interrupts(last=True) as interrupts:
        with BatchProgress() as progress:
            done = regrade_class(
                found,
                assignment,
                Rules(engine=engine, secret=course_secret(), round=grading_round),
                output,
                progress,
                decide,
                after_due=is_due(assignment),
                processes=jobs,
                level=safe_level(isolation, trust=trust),
                interrupts=interrupts,
            )
        if done.graded < done.total:
            console(stderr=True).print(
                f"Interrupted: {done.graded} of {done.total} submissions were graded, and are "
                "kept; nothing was replaced.",
                style="bold yellow",
            )
            print_way_on()
            raise typer.Exit(INTERRUPTED)
        if as_json:
            typer.echo(json.dumps(_document(done, applied=apply), indent=1, ensure_ascii=False))
        _print_remarks(done, output, applied=apply)
    worse = any(_is_worse(one) for one in done.differences)
    raise typer.Exit(1 if worse else 0)


def _is_worse(one: Difference) -> bool:
    from grader.batch import Change

    return one.change is Change.LOSES or one.after.status is GradeStatus.NEEDS_REVIEW


def _print_differences(done: Regraded) -> None:
    """Print a line for everybody who loses, and for as many others as fit."""
    from grader.batch import Change

    output = console()
    shown = [one for one in done.differences if _is_news(one)]
    losers = sum(one.change is Change.LOSES for one in shown)
    listed = shown[: max(_ROWS, losers)]  # nobody loses unseen
    if listed:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
        table.add_column("Student", no_wrap=True, max_width=32)
        for name in ("Before", "After", "Difference"):
            table.add_column(name, no_wrap=True, justify="right")
        # The only one that gives way where the window is narrow.
        table.add_column("What has changed", no_wrap=True, overflow="ellipsis", ratio=1)
        for one in listed:
            before = "–" if one.before is None else _score(one.before.score, one.before.max_score)
            after = _score(one.after.score, one.after.max_score)
            table.add_row(plain(one.key), before, after, _gain(one), plain(_reasons(one)))
        output.print(table)
        if len(shown) > len(listed):
            output.print(f"… and {len(shown) - len(listed)} more, none of whom loses")
        output.print()
    output.print(_figures(done))


def _is_news(one: Difference) -> bool:
    """Tell whether a student's points, or whether they are settled, have changed."""
    from grader.batch import Change

    if one.change in (Change.SAME, Change.OTHER) and one.before is not None:
        review = one.after.status is GradeStatus.NEEDS_REVIEW
        return review or one.before.status is not one.after.status
    return True


def _score(score: Decimal, of: Decimal) -> str:
    return f"{number(score)}/{number(of)}"


def _gain(one: Difference) -> Text:
    """Write what is gained: in points, or in percent where the maximum is another."""
    from grader.batch import Change

    if one.before is None:
        return Text("new", "dim")
    points = one.before.max_score == one.after.max_score
    value = one.after.score - one.before.score if points else 100 * one.share
    sign = "−" if value < 0 else "+" if value else ""
    style = {Change.LOSES: "red", Change.GAINS: "green"}.get(one.change, "dim")
    return Text(f"{sign}{number(abs(value))}{'' if points else ' %'}", style)


def _reasons(one: Difference) -> str:
    """Say which tests changed, and what else may be the reason, in a line each."""
    told = [
        f"{_points(change.before, 'new')} → {_points(change.after, 'gone')}  {change.test}"
        for change in one.tests
    ]
    if one.resubmitted:
        told.append("another submission")
    if one.before is not None and one.before.status is not one.after.status:
        told.append(f"{one.before.status.value} → {one.after.status.value}".replace("_", " "))
    elif one.after.status is GradeStatus.NEEDS_REVIEW:
        told.append("needs review")
    return "\n".join(told)


def _points(value: Decimal | None, without: str) -> str:
    return without if value is None else number(value)


def _figures(done: Regraded) -> str:
    """Sum up: ``2 lose, 5 gain, 30 keep their points``."""
    counts = Counter(one.change.value for one in done.differences)
    same = counts["same"] + counts["other tests"] + len(done.unchanged)
    told = [f"{counts['loses']} lose, {counts['gains']} gain, {same} keep their points"]
    if counts["other tests"]:
        told.append(f"{counts['other tests']} of them by other tests")
    if counts["new"]:
        told.append(f"{counts['new']} had no grade before")
    return ", ".join(told)


def _print_remarks(done: Regraded, output: Path, *, applied: bool) -> None:
    told = console(stderr=True)
    if done.unchanged:
        told.print(f"{len(done.unchanged)} were not graded again: nothing has changed for them.")
    if done.taken_over:
        told.print(f"{done.taken_over} were taken over from the last time this was asked.")
    if done.left:
        told.print(
            f"Grades that stay as they are, because their submissions were not named "
            f"({len(done.left)}): {names(done.left)}",
            style="yellow",
        )
    if not done.differences:
        return
    if applied:
        told.print(f"{len(done.differences)} grades were replaced: {output / 'index.html'}")
    else:
        again = shlex.join(["grader", *sys.argv[1:], "--apply"])
        told.print("Nothing was replaced. To replace the grades:")
        told.print(f"  {again}", soft_wrap=True)


def _document(done: Regraded, *, applied: bool) -> dict[str, Any]:
    return {
        "applied": applied and bool(done.differences),
        "unchanged": list(done.unchanged),
        "left": list(done.left),
        "differences": [
            {
                "key": one.key,
                "student": one.after.student,
                "name": one.after.name,
                "change": one.change.value,
                "before": None if one.before is None else float(one.before.score),
                "max_before": None if one.before is None else float(one.before.max_score),
                "after": float(one.after.score),
                "max_after": float(one.after.max_score),
                "pending": float(one.after.pending),
                "status": one.after.status.value,
                "another_submission": one.resubmitted,
                "tests": [
                    {
                        "test": change.test,
                        "before": None if change.before is None else float(change.before),
                        "after": None if change.after is None else float(change.after),
                    }
                    for change in one.tests
                ],
            }
            for one in done.differences
        ],
    }


def _write_table(path: Path, done: Regraded) -> None:
    from grader.batch import differences_table

    try:
        path.write_text(differences_table(done.differences), encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"this cannot be written: {error.strerror}",
            where=str(path),
            remedy="Name another file with --csv.",
        ) from None
