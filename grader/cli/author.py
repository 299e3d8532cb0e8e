"""``grader release`` and ``grader schema``: what a course's authors hand out."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from grader.cli.options import AssignmentId, CourseOption
from grader.cli.terminal import console
from grader.errors import SpecError
from grader.model import SCHEMA_VERSION, Grade

__all__ = ["release", "schema"]


def release(
    assignment_id: AssignmentId,
    course: CourseOption = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; leave with 2 if the starter is out of date."),
    ] = False,
) -> None:
    """Make the starter notebook and module from the reference solution."""
    from grader.catalog import find_course
    from grader.release import stale_starter, write_starter

    assignment = find_course(course).assignment(assignment_id, calibrated=False)
    if check:
        stale = stale_starter(assignment)
        if stale:
            raise SpecError(
                f"the starter is out of date: {', '.join(stale)}",
                where=str(assignment.folder / "starter"),
                remedy=f"Run `grader release {assignment.id}` and commit the result.",
            )
        console().print(f"{assignment.id}: the starter is up to date")
        return
    for path in write_starter(assignment):
        console().print(f"wrote {path}", soft_wrap=True)


def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of a grade document."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Grade.model_json_schema(mode="serialization"),
        "title": f"Grade, schema version {SCHEMA_VERSION}",
    }
    typer.echo(json.dumps(document, indent=2))
