"""A graded class in a terminal: a table, the figures, and where the pages are."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median

from rich.table import Table
from rich.text import Text

from grader.cli.terminal import console, plain
from grader.model import Grade, GradeStatus, Status
from grader.points import number

__all__ = ["print_class"]

_ROWS = 60
_REMARK = 64  # characters
_STYLES = {
    GradeStatus.GRADED: "",
    GradeStatus.NEEDS_REVIEW: "magenta",
    GradeStatus.UNREADABLE: "red",
    GradeStatus.MISSING: "dim",
}


def print_class(grades: Mapping[str, Grade], page: Path) -> None:
    """Print one line per grade, and what they amount to.

    Args:
        grades: by key. Of a large class those come first that somebody must look at.
        page: the class page.
    """
    output = console()
    named = any(one.name for one in grades.values())
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Student", no_wrap=True, max_width=32)
    if named:
        table.add_column("Name", no_wrap=True, max_width=24)
    table.add_column("Score", no_wrap=True, justify="right")
    table.add_column("Status", no_wrap=True)
    table.add_column("")  # the only one that gives way where the window is narrow
    shown = list(grades.items())
    if len(shown) > _ROWS:
        shown.sort(key=lambda item: item[1].status is GradeStatus.GRADED)
    for key, one in shown[:_ROWS]:
        status = Text(one.status.value.replace("_", " "), _STYLES[one.status])
        name = [plain(one.name)] if named else []
        table.add_row(key, *name, _score(one), status, plain(_remark(one)))
    output.print(table)
    if len(shown) > _ROWS:
        output.print(f"… and {len(shown) - _ROWS} more")
    output.print(f"\n{_figures(list(grades.values()))}")
    output.print(Text.assemble("The class: ", (str(page), "bold")), soft_wrap=True)


def _score(grade: Grade) -> Text:
    if grade.status is GradeStatus.MISSING:
        return Text("–", "dim")
    style = "green" if grade.score == grade.max_score else ""
    return Text(f"{number(grade.score)}/{number(grade.max_score)}", style)


def _remark(grade: Grade) -> str:
    """Say in a few words what is behind a score."""
    if grade.problem:
        return textwrap.shorten(grade.problem.split(". ")[0].rstrip("."), _REMARK, placeholder=" …")
    if grade.pending:
        return f"{number(grade.pending)} points pending"
    lost = [one for one in grade.verdicts if one.points < one.max_points]
    if not lost:
        return ""
    told = f"{len(lost)} of {len(grade.verdicts)} tests lost points"
    stopped = sum(one.status in (Status.TIMEOUT, Status.CRASHED) for one in lost)
    return f"{told}, {stopped} stopped" if stopped else told


def _figures(grades: Sequence[Grade]) -> str:
    """Sum up a class: ``24 graded, 2 unreadable; mean 71.3, median 82 of 100 points``."""
    counts = {status: sum(one.status is status for one in grades) for status in GradeStatus}
    told = ", ".join(f"{n} {status.value.replace('_', ' ')}" for status, n in counts.items() if n)
    handed_in = [one for one in grades if one.status is not GradeStatus.MISSING]
    if not handed_in:
        return told or "nothing was graded"
    scores = [one.score for one in handed_in]
    mean = sum(scores, Decimal(0)) / len(scores)
    best = max(one.max_score for one in handed_in)
    return f"{told}; mean {number(mean)}, median {number(median(scores))} of {number(best)} points"
