"""``grader calibrate``: thresholds of metrics, and what they do to right and to wrong solutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from grader.cli.options import AssignmentId, CourseOption, IsolationOption
from grader.cli.progress import progress_bar
from grader.cli.terminal import console
from grader.model import Metric

if TYPE_CHECKING:
    from grader.calibration import Calibrated, Calibration, Earned, Variant

__all__ = ["calibrate"]

_INTERRUPTED = 130  # as shells say it


def calibrate(
    assignment_id: AssignmentId,
    course: CourseOption = None,
    runs: Annotated[
        int,
        typer.Option(
            min=5,
            help="How often each right and each trivial solution is graded at least; fewer than "
            "60 give provisional thresholds.",
        ),
    ] = 60,
    jobs: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--jobs",
            min=1,
            help="How many gradings at a time; as many as there are cores if not given.",
            show_default=False,
        ),
    ] = None,
    isolation: IsolationOption = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Measure everything again, also what has not changed."),
    ] = False,
) -> None:
    """Find out from which values on the metrics of an assignment earn points.

    Grades the reference solution and its variants many times. What was measured is kept, also
    when this is interrupted: called again, it goes on.

    Leaves with 0 if thresholds were written, 1 if a known mistake earns more than half of the
    points and its docstring does not say why, 2 if something is wrong with the assignment, 130 if
    it was interrupted.
    """
    from grader.calibration import ENOUGH_RUNS
    from grader.calibration import calibrate as search
    from grader.catalog import find_course
    from grader.sandbox import choose_level

    assignment = find_course(course).assignment(assignment_id, calibrated=False)
    left = TimeRemainingColumn(elapsed_when_finished=False)
    with progress_bar(TimeElapsedColumn(), TextColumn("left"), left) as bar:
        shown = _Bar(bar)
        try:
            found = search(
                assignment,
                shown,
                runs=runs,
                jobs=jobs,
                level=choose_level(isolation),
                fresh=fresh,
            )
        except KeyboardInterrupt:
            bar.stop()
            console(stderr=True).print(
                "Interrupted: what was measured is kept; the same command goes on from there.",
                style="bold yellow",
            )
            raise typer.Exit(_INTERRUPTED) from None
    output = console()
    output.print(_thresholds(found.metrics))
    output.print()
    output.print(_judgements(found.metrics))
    output.print()
    output.print(_earnings(found, assignment.metrics))
    output.print()
    output.print(*_reasons(found), sep="\n")
    for path in found.files:
        output.print(f"wrote {path}", soft_wrap=True)
    if runs < ENOUGH_RUNS:
        output.print(f"These thresholds are provisional: use at least {ENOUGH_RUNS} runs.")
    for variant in found.unexplained:
        console(stderr=True).print(
            f"{variant.path}: this mistake earns more than half of the points. Change the metric, "
            "or say in the docstring why that is right: “Earns points because: …”.",
            style="bold red",
            soft_wrap=True,
        )
    raise typer.Exit(1 if found.unexplained else 0)


def _thresholds(metrics: Sequence[Calibrated]) -> Table:
    table = _table("Metric", "zero >", "full >", "a right one misses it >", "decided by", "method")
    for found in metrics:
        threshold = found.threshold
        table.add_row(
            found.metric.name,
            f"{threshold.zero:.4g}",
            f"{threshold.full:.4g}",
            f"≤ {100 * threshold.miss:.3g} %",
            f"{found.full_by}; zero by {found.zero_by}",
            f"{threshold.method}, {threshold.runs} runs",
        )
    return table


def _judgements(metrics: Sequence[Calibrated]) -> Table:
    """Of each solution that decides: where its values lie, and how often they are beyond."""
    table = _table("Solution", "metric", "mean >", "bound >", "normal? >", "beyond >", "at most >")
    for found in metrics:
        for one in found.judged:
            table.add_row(
                one.variant,
                found.metric.name,
                f"{one.mean:.4g}",
                f"{one.bound.value:.4g}",
                f"p = {one.bound.normality:.2g}",
                f"{one.misses} of {one.bound.runs}",
                f"{100 * one.most:.2g} % ({100 * one.counted:.2g} % by the count)",
            )
    return table


def _earnings(found: Calibration, metrics: Sequence[Metric]) -> Table:
    """What every solution earns, the known mistakes last."""
    names = [f"{metric.name} >" for metric in metrics]
    table = _table("Solution", *names, "points >", "by the first look >", "about")
    whole = float(sum(metric.points for metric in metrics))
    earnings: Mapping[Variant, Earned] = found.earnings
    for variant, one in earnings.items():
        share = one.total / whole
        style = "bold red" if variant in found.unexplained else ""
        failed = f"fails in {one.failures} of {one.runs} runs; " if one.failures else ""
        table.add_row(
            Text(variant.name, style),
            *(f"{one.points[metric.name]:.2f}" for metric in metrics),
            f"{one.total:.2f} of {whole:g} ({100 * share:.0f} %)",
            f"{one.first_look:.2f}",
            f"{failed}{variant.about}",
        )
    return table


def _reasons(found: Calibration) -> Iterator[Text]:
    """What the authors of known mistakes say about those that earn points."""
    for variant, one in found.earnings.items():
        if variant.reason:
            told = f" earns {one.total:.2f} points because: {variant.reason}"
            yield Text.assemble((variant.name, "bold"), told)


def _table(*headings: str) -> Table:
    """A table; a column whose heading ends in ``>`` is flush right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        name = heading.removesuffix(" >")
        last = name == headings[-1]  # the only one that gives way where the window is narrow
        table.add_column(name, justify="right" if name != heading else "left", no_wrap=not last)
    return table


class _Bar:
    """Shows the progress of a calibration."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Calibrating", total=None)

    def started(self, runs: int) -> None:
        """Set the bar's length."""
        self._bar.reset(self._task, total=runs)

    def finished(self, variant: str) -> None:
        """Count a grading, and name its solution."""
        self._bar.update(self._task, advance=1, description=f"{variant[:24]:24}")

    def extended(self, variant: str, runs: int) -> None:
        """Say that a solution takes more runs, and why."""
        self._bar.console.print(
            f"{variant}: the values are not normally distributed; it takes {runs} runs"
        )
