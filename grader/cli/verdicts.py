"""One grade in a terminal, for the student whose work it is."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.cli.terminal import console, plain
from grader.model import (
    Assignment,
    CellStatus,
    Grade,
    GradeStatus,
    Status,
    Transcript,
    Verdict,
)
from grader.points import number

__all__ = ["print_grade", "print_outlook"]

_SIGNS = {
    Status.PASSED: ("✓", "green"),
    Status.PARTIAL: ("◐", "yellow"),
    Status.FAILED: ("✗", "red"),
    Status.SKIPPED: ("–", "dim"),
    Status.TIMEOUT: ("✗", "red"),
    Status.CRASHED: ("✗", "red"),
    Status.ERRORED: ("!", "magenta"),
}
_CELLS = {
    CellStatus.ERROR: "failed",
    CellStatus.TIMEOUT: "was stopped",
    CellStatus.CRASHED: "ended the process",
    CellStatus.NOT_RUN: "was not run",
}


def print_grade(grade: Grade, transcript: Transcript | None) -> None:
    """Print what was recovered, which cells failed, every test, and the score."""
    output = console()
    output.print(Text.assemble((grade.assignment_title, "bold"), f"  {plain(grade.submission)}"))
    for notice in grade.warnings:
        place = f"{notice.where}: " if notice.where else ""
        output.print(_marked("note", "yellow", f"{place}{notice.message}"))
    if grade.problem:
        output.print()
        output.print(_marked("✗", "red", f"This cannot be graded: {grade.problem}"))
        return
    for failed in _failures(transcript):
        output.print(failed)
    output.print()
    for verdict in grade.verdicts:
        output.print(_told(verdict))
    _print_score(output, grade)


def print_outlook(grade: Grade, assignment: Assignment, transcript: Transcript | None) -> None:
    """Print what is done alike, and what else, when the course grades this work."""
    if grade.problem:
        return
    more = assignment.points - grade.max_score
    measured = {verdict.metric.name for verdict in grade.verdicts if verdict.metric}
    metrics = [metric for metric in assignment.metrics if metric.name not in measured]
    told = []
    if transcript is not None and transcript.kind == "notebook":
        told.append("Your notebook was started afresh and run from the top, as in grading.")
    if more > 0:
        told.append(
            f"The other {number(more)} of {number(assignment.points)} points are in hidden tests, "
            "which are run when it is graded."
        )
    if metrics:
        named = ", ".join(
            f"“{one.title.rstrip('.')}” ({number(one.points)} points)" for one in metrics
        )
        told.append(f"Measured then, on data that is not here: {named}.")
    if told:
        console().print(Text(plain(" ".join(told)), "dim"))


def _failures(transcript: Transcript | None) -> Iterator[RenderableType]:
    """Yield what is said about every cell that failed."""
    if transcript is None:
        return
    counted = 0
    for run in transcript.runs:
        counted += run.execution_count is not None
        if run.status in _CELLS:
            number = run.execution_count or counted
            name = f"code cell {number}" if transcript.kind == "notebook" else "the module"
            yield _marked("✗", "red", f"{name} {_CELLS[run.status]}: {run.message}")


def _told(verdict: Verdict) -> RenderableType:
    sign, style = _SIGNS[verdict.status]
    row = Table.grid(padding=(0, 1))
    row.add_column(width=1)
    row.add_column(width=7, justify="right", no_wrap=True)
    row.add_column()
    parts = [Text(verdict.title, "" if verdict.status is Status.PASSED else "bold")]
    if verdict.metric:
        from grader.report.metric import gauge

        shown = gauge(verdict.metric)
        parts.append(Text(f"{shown.value} ({shown.basis}), {shown.worth}"))
    elif verdict.status is not Status.PASSED and verdict.message:
        parts.append(Text(plain(verdict.message)))
    if verdict.status is not Status.PASSED:
        parts += [Text(f"Hint: {verdict.hint}", "cyan")] if verdict.hint else []
    points = f"{number(verdict.points)}/{number(verdict.max_points)}"
    row.add_row(Text(sign, style), points, Group(*parts))
    return row


def _print_score(output: Console, grade: Grade) -> None:
    score = f"{number(grade.score)} of {number(grade.max_score)} points"
    full = grade.score == grade.max_score
    output.print()
    output.print(
        Text.assemble((score, "bold green" if full else "bold"), " in the tests that you are given")
    )
    if grade.status is GradeStatus.NEEDS_REVIEW:
        output.print(
            _marked(
                "!",
                "magenta",
                f"{number(grade.pending)} points are open: the grader itself failed in a test. "
                "This is no fault of yours; tell your instructor.",
            )
        )


def _marked(mark: str, style: str, text: str) -> RenderableType:
    """A sign or word, and a text that stays to its right."""
    row = Table.grid(padding=(0, 1))
    row.add_column(no_wrap=True)
    row.add_column()
    row.add_row(Text(mark, style), Text(plain(text)))
    return Padding(row, (0, 0))
