"""``grader release``, ``grader new`` and ``grader schema``: for a course's authors."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, TimeElapsedColumn

from grader.cli.options import AssignmentId, CourseOption, IsolationOption
from grader.cli.progress import progress_bar
from grader.cli.terminal import console
from grader.cli.trust import course_secret
from grader.errors import UsageError
from grader.model import SCHEMA_VERSION, Grade, Level

if TYPE_CHECKING:
    from grader.catalog import Course

__all__ = ["new", "release", "schema"]

_STARTERS = 2  # a notebook and a module


def new(
    assignment_id: Annotated[
        str,
        typer.Argument(metavar="ID", help="Letters, digits and underscores, such as softmax."),
    ],
    course: Annotated[
        Path | None,
        typer.Option(
            "--course",
            metavar="DIR",
            help="The course's folder; else GRADER_COURSE, else the course around the current "
            "folder, else the current folder becomes one.",
            show_default=False,
        ),
    ] = None,
    title: Annotated[
        str, typer.Option(help="What students read; made from ID if not given.", show_default=False)
    ] = "",
    metric: Annotated[
        bool,
        typer.Option("--metric", help="With a metric: points for what a trained model achieves."),
    ] = False,
) -> None:
    """Make a new assignment from a template: complete, to be replaced part by part.

    It has a specification, a handout, a reference solution, a public and two hidden tests, and
    can be released and graded at once. Nothing is ever overwritten.
    """
    from grader.release import new_assignment

    root = _course_or_here(course)
    for path in new_assignment(root, assignment_id, title, metric=metric):
        console().print(f"wrote {path}", soft_wrap=True)
    console().print(f"Next: `grader release {assignment_id}` makes the starter.")


def _course_or_here(explicit: Path | None) -> Path:
    """Return the course's folder; the current one where there is no course yet."""
    from grader.catalog import find_course

    if explicit is not None:
        return explicit
    if named := os.environ.get("GRADER_COURSE"):
        return Path(named)
    try:
        return find_course().root
    except UsageError:
        return Path.cwd()


def release(
    assignment_id: AssignmentId,
    course: CourseOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Write what students get, to DIR/assignments/ID.",
            show_default=False,
        ),
    ] = None,
    packed: Annotated[
        bool, typer.Option("--zip", help="With -o: write it as DIR/ID.zip instead.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With -o: replace an earlier bundle.")
    ] = False,
    isolation: IsolationOption = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; leave with 2 if the starter is out of date."),
    ] = False,
) -> None:
    """Make the starter from the reference solution, or with -o all that students get.

    The latter grades the reference solution, its right variants and the starter first, and
    refuses unless the right ones score full, the starter nothing, and no file says what is
    secret.
    """
    from grader.catalog import find_course
    from grader.release import refuse_stale, write_starter

    if output is not None and check:
        raise UsageError("--check writes nothing, and -o writes", remedy="Give one of them.")
    if output is None and (packed or force or isolation):
        raise UsageError("these options need -o", remedy="Name the folder to write to: -o DIR.")
    found = find_course(course)
    if output is not None:
        _release_bundle(found, assignment_id, output, packed, force, isolation)
        return
    assignment = found.assignment(assignment_id, calibrated=False)
    if check:
        refuse_stale(assignment)
        console().print(f"{assignment.id}: the starter is up to date")
        return
    for path in write_starter(assignment):
        console().print(f"wrote {path}", soft_wrap=True)


def _release_bundle(
    course: Course,
    assignment_id: str,
    output: Path,
    packed: bool,
    force: bool,
    isolation: Level | None,
) -> None:
    """Write what students get."""
    from grader.release import (
        make_bundle,
        make_starter,
        refuse_leaks,
        refuse_occupied,
        refuse_stale,
        refuse_uncalibrated,
        refuse_unjust,
        write_bundle,
        write_zip,
    )
    from grader.sandbox import choose_level

    if not packed and output.resolve() == course.root:
        raise UsageError(
            "this is the course itself", where=str(output), remedy="Name another folder."
        )
    assignment = course.assignment(assignment_id)
    refuse_stale(assignment)
    refuse_uncalibrated(assignment)
    starter = make_starter(assignment)
    bundle = make_bundle(assignment, starter, course.root)
    refuse_occupied(bundle, output, packed=packed, force=force)
    refuse_leaks(assignment, starter, bundle)
    with progress_bar(TimeElapsedColumn()) as bar:
        shown = _Bar(bar)
        write = write_zip if packed else write_bundle
        place = write(
            bundle,
            output,
            lambda released: refuse_unjust(
                assignment,
                released,
                shown,
                level=choose_level(isolation),
                secret=course_secret(),
            ),
        )
    out = console()
    out.print(
        f"{shown.right} right {'solutions score' if shown.right > 1 else 'solution scores'} full, "
        "the starter nothing, and nothing secret is told."
    )
    for name in bundle.files:
        out.print(f"  {name}", soft_wrap=True)
    out.print(f"wrote {place}", soft_wrap=True)


def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of a grade document."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Grade.model_json_schema(mode="serialization"),
        "title": f"Grade, schema version {SCHEMA_VERSION}",
    }
    typer.echo(json.dumps(document, indent=2))


class _Bar:
    """Shows what is graded before a release."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Grading", total=None)
        self.right = 0

    def started(self, total: int) -> None:
        """Set the bar's length."""
        self._bar.reset(self._task, total=total)
        self.right = total - _STARTERS

    def grading(self, name: str) -> None:
        """Name the solution."""
        self._bar.update(self._task, description=f"Grading {name}")

    def finished(self) -> None:
        """Count one."""
        self._bar.update(self._task, advance=1)
