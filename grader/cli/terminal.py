"""Grades and errors as text for a terminal."""

from __future__ import annotations

from decimal import Decimal
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.errors import GraderError
from grader.model import CellStatus, Grade, Status, Transcript, Verdict

__all__ = ["console", "errors_to", "number", "print_feedback"]

_SIGNS = {
    Status.PASSED: ("✓", "green"),
    Status.PARTIAL: ("◐", "yellow"),
    Status.FAILED: ("✗", "red"),
    Status.SKIPPED: ("–", "dim"),
    Status.TIMEOUT: ("⏱", "red"),
    Status.CRASHED: ("✗", "red"),
    Status.ERRORED: ("!", "magenta"),
}


def console(*, stderr: bool = False) -> Console:
    """Return a console; made when needed, so that redirected output is respected."""
    return Console(stderr=stderr, highlight=False, emoji=False)


def number(points: Decimal) -> str:
    """Write points with at most two decimals and no trailing zeros."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def errors_to(stream: TextIO, error: GraderError) -> None:
    """Print a problem: where, what, and what to do."""
    output = Console(file=stream, highlight=False, emoji=False)
    where = f"{escape(error.where)}: " if error.where else ""
    output.print(f"[bold red]error[/] {where}{escape(error.message)}", soft_wrap=True)
    if error.remedy:
        output.print(f"      {escape(error.remedy)}", style="dim", soft_wrap=True)


def print_feedback(grade: Grade, transcript: Transcript | None) -> None:
    """Print one grade for the student whose work it is."""
    output = console()
    output.print(f"[bold]{escape(grade.assignment_title)}[/]  {escape(grade.submission)}")
    if grade.problem:
        output.print(f"\n[red]This could not be graded.[/] {escape(grade.problem)}")
        return
    _print_cells(output, transcript)
    for notice in grade.warnings:
        place = f" ({escape(notice.where)})" if notice.where else ""
        output.print(f"[yellow]note[/] {escape(notice.message)}{place}", soft_wrap=True)
    output.print()
    for verdict in grade.verdicts:
        _print_verdict(output, verdict)
    output.print(
        f"\n[bold]{number(grade.score)} of {number(grade.max_score)} points[/] in these tests"
    )


def _print_cells(output: Console, transcript: Transcript | None) -> None:
    for run in transcript.runs if transcript else ():
        if run.status is not CellStatus.OK:
            output.print(f"[red]{run.status.value}[/] {escape(run.message)}", soft_wrap=True)


def _print_verdict(output: Console, verdict: Verdict) -> None:
    sign, style = _SIGNS[verdict.status]
    points = f"{number(verdict.points)}/{number(verdict.max_points)}"
    row = Table.grid(padding=(0, 1))
    row.add_column(width=1)
    row.add_column(width=7, justify="right")
    row.add_column(ratio=1)
    row.add_row(Text(sign, style), points, Text(verdict.title))
    output.print(row)
    if verdict.status is Status.PASSED:
        return
    for text, look in ((verdict.message, ""), (verdict.hint, "cyan")):
        if text:
            output.print(Padding(Text(text, look), (0, 0, 0, 10)))
