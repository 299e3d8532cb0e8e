"""``grader release``: what an instructor hands out."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.catalog import find_course
from grader.cli.options import AssignmentId, CourseOption
from grader.cli.terminal import console
from grader.errors import SpecError
from grader.release import stale_starter, write_starter

__all__ = ["release"]


def release(
    assignment_id: AssignmentId,
    course: CourseOption = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail if the starter is not up to date."),
    ] = False,
) -> None:
    """Make the starter notebook and module from the reference solution."""
    assignment = find_course(course).assignment(assignment_id)
    if check:
        stale = stale_starter(assignment)
        if stale:
            raise SpecError(
                f"the starter is not up to date: {', '.join(stale)}",
                where=str(assignment.folder / "starter"),
                remedy=f"Run `grader release {assignment.id}` and commit the result.",
            )
        console().print(f"{assignment.id}: the starter is up to date")
        return
    for path in write_starter(assignment):
        console().print(f"wrote {path}", soft_wrap=True)
