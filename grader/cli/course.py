"""``grader list`` and ``grader show``: what a course contains."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.table import Table

from grader.catalog import find_course
from grader.cli.interface import interface_json, interface_text
from grader.cli.options import AssignmentId, CourseOption
from grader.cli.terminal import console, number

__all__ = ["list_assignments", "show"]


def list_assignments(course: CourseOption = None) -> None:
    """List the assignments of the course."""
    found = find_course(course)
    table = Table(box=None, pad_edge=False)
    for title in ("ID", "Points", "Title", "Summary"):
        table.add_column(title, justify="right" if title == "Points" else "left")
    for name in found.ids:
        assignment = found.assignment(name)
        table.add_row(name, number(assignment.points), assignment.title, assignment.summary)
    console().print(table)


def show(
    assignment_id: AssignmentId,
    course: CourseOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the interface as JSON, for programs.")
    ] = False,
) -> None:
    """Print what a submission must define: everything a right solution needs to know."""
    assignment = find_course(course).assignment(assignment_id)
    if as_json:
        typer.echo(interface_json(assignment))
    else:
        console().print(Markdown(interface_text(assignment)))
