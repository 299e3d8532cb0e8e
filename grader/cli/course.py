"""``grader list`` and ``grader show``: what a course contains."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader.cli.options import AssignmentId, CourseOption
from grader.cli.terminal import console, errors_to
from grader.errors import SpecError
from grader.model import Assignment
from grader.points import number

__all__ = ["list_assignments", "show"]


def list_assignments(course: CourseOption = None) -> None:
    """List the assignments of the course.

    Leaves with 2 if the specification of one is wrong; the others are listed all the same.
    """
    from grader.catalog import find_course

    found = find_course(course)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column()
    wrong = []
    for name in found.ids:
        try:
            one = found.assignment(name, calibrated=False)
        except SpecError as error:
            wrong.append(error)
            continue
        about = Text(one.title)
        if one.summary:
            about.append(f"\n{one.summary}", "dim")
        table.add_row(Text(name, "bold"), f"{number(one.points)} points", about)
    console().print(table)
    if not found.ids:
        console().print(f"There are no assignments in {found.root / 'assignments'}.")
    for problem in wrong:
        errors_to(sys.stderr, problem)
    raise typer.Exit(2 if wrong else 0)


def show(
    assignment_id: AssignmentId,
    course: CourseOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the interface as JSON, for programs.")
    ] = False,
) -> None:
    """Print what a submission must define: everything a right solution needs to know."""
    from grader.catalog import find_course
    from grader.cli.interface import interface_json, interface_text

    assignment = find_course(course).assignment(assignment_id, calibrated=False)
    _warn_of_stale_thresholds(assignment)
    output = console()
    if as_json:
        typer.echo(interface_json(assignment))
    elif not output.is_terminal:
        typer.echo(interface_text(assignment))  # Markdown as it is: for a file, or a pager
    else:
        from rich.markdown import Markdown

        output.print(Markdown(interface_text(assignment)))


def _warn_of_stale_thresholds(assignment: Assignment) -> None:
    """Tell an instructor what has changed since the metrics were calibrated."""
    if not assignment.metrics or assignment.reference is None:
        return
    from grader.calibration import stale

    if reasons := stale(assignment):
        output = console(stderr=True)
        output.print(f"The thresholds of {assignment.id} are out of date:", style="bold yellow")
        for reason in reasons:
            output.print(f"- {reason}", style="yellow", soft_wrap=True)
        output.print(f"Run `grader calibrate {assignment.id}`.", style="yellow")
