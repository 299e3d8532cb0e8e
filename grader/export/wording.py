"""What documents for students say of a grade and of its tests, as plain text."""

from __future__ import annotations

from decimal import Decimal

from grader.model import Better, Grade, GradeStatus, MetricResult, Status, Verdict, Visibility
from grader.plaintext import plain
from grader.points import number

__all__ = ["about", "first_line", "json_points", "tests_of", "told"]

_UNTOLD = {
    Status.FAILED: "The test failed.",
    Status.PARTIAL: "The test passed in part.",
    Status.SKIPPED: "The test was not run.",
    Status.TIMEOUT: "The code used its time up.",
    Status.CRASHED: "The code ended its process.",
}


def tests_of(grade: Grade) -> tuple[Verdict, ...]:
    """Return the tests of a grade, so that a document never looks green, or lacks points.

    Where nothing could be run, a test that says so comes first. It is worth what the others are
    not: everything, if nothing was handed in.
    """
    if not grade.problem:
        return grade.verdicts
    worth = grade.max_score - sum((one.max_points for one in grade.verdicts), Decimal(0))
    readable = Verdict(
        id="submission",
        title="The submission can be graded.",
        visibility=Visibility.PUBLIC,
        points=Decimal(0),
        max_points=max(worth, Decimal(0)),
        status=Status.FAILED,
        message=grade.problem,
    )
    return (readable, *grade.verdicts)


def told(verdict: Verdict) -> str:
    """Say what a test found, what it measured and what to try; nothing of a test that passed."""
    parts = []
    if verdict.metric is not None:
        parts.append(_measured(verdict.metric))
    if verdict.status is Status.ERRORED:
        parts.append(
            "The grader itself failed in this test, through no fault of the submission; "
            f"{number(verdict.max_points)} points are pending."
        )
    elif verdict.status is not Status.PASSED:
        parts.append(verdict.message or ("" if verdict.metric else _UNTOLD[verdict.status]))
        parts.append(f"Hint: {verdict.hint}" if verdict.hint else "")
    return _text("\n".join(filter(None, parts)))


def about(grade: Grade) -> str:
    """Say what concerns the submission as a whole: why it was not graded, what was noticed."""
    parts = [f"This cannot be graded: {grade.problem}" if grade.problem else ""]
    if grade.status is GradeStatus.NEEDS_REVIEW:
        parts.append(
            f"{number(grade.pending)} points are pending: the grader itself failed in a test. "
            "Your instructor will look at it."
        )
    for notice in grade.warnings:
        parts.append(f"{notice.where}: {notice.message}" if notice.where else notice.message)
    return _text("\n".join(filter(None, parts)))


def first_line(text: str, *, longest: int = 200) -> str:
    """Return a text's first line, cut where it is longer than ``longest`` characters."""
    line = text.partition("\n")[0]
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def json_points(points: Decimal) -> float:
    """Return points as a JSON number, as exact as the grade document has them."""
    return float(number(points, digits=4))


def _measured(metric: MetricResult) -> str:
    runs = f"mean of {metric.runs} trainings" if metric.runs > 1 else "one training"
    down = " down" if metric.better is Better.LOWER else ""
    return (
        f"{metric.name}: {metric.value:.4g} ({runs}); no points at {metric.zero:.4g}, "
        f"full marks from {metric.full:.4g}{down}"
    )


def _text(text: str) -> str:
    return plain(text.replace("\r\n", "\n"))
