"""Outcomes to verdicts to a grade. Pure; decimal arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import fmean

from grader.model import (
    POINT_UNIT,
    Assignment,
    Better,
    Grade,
    GradeStatus,
    Metric,
    MetricResult,
    Points,
    Record,
    Status,
    Submission,
    TestCase,
    Threshold,
    Verdict,
)

__all__ = [
    "Outcome",
    "earned_share",
    "errored",
    "grade",
    "missing",
    "sequential",
    "unreadable",
    "verdict",
]

# Of several cases of one test that failed in different ways, the first of these is told.
_WORST_FIRST = (Status.CRASHED, Status.TIMEOUT, Status.FAILED, Status.PARTIAL, Status.SKIPPED)


class Outcome(Record):
    """What became of one case of a test function.

    ``fraction`` in [0, 1] is the share of the points that the case earned.
    """

    case: str = ""
    status: Status
    fraction: Points
    message: str = ""
    duration: float = 0.0
    metric: MetricResult | None = None


def sequential(
    measure: Callable[[range], list[float]], metric: Metric, threshold: Threshold
) -> list[float]:
    """Return the scores of a metric whose mean is its value: a sequential test with two looks.

    The first look is at ``metric.runs`` trainings. If their mean deserves full marks, that is the
    result. If not, as many trainings more are measured, and the mean of all is the result.

    Args:
        measure: returns the scores of trainings, by their numbers from 0.
        metric: which metric.
        threshold: what its values are worth.
    """
    scores = measure(range(metric.runs))
    if earned_share(fmean(scores), threshold, metric.better) < 1:
        scores = scores + measure(range(metric.runs, 2 * metric.runs))
    return scores


def earned_share(value: float, threshold: Threshold, better: Better) -> float:
    """Return which share of its points a metric's value earns, in [0, 1].

    It rises linearly from ``zero`` to ``full``, whichever of the two is larger.
    """
    if value >= threshold.full if better is Better.HIGHER else value <= threshold.full:
        return 1.0
    return min(1.0, max(0.0, (value - threshold.zero) / (threshold.full - threshold.zero)))


def verdict(test: TestCase, outcomes: Sequence[Outcome]) -> Verdict:
    """Combine the cases of one test, which share its points equally.

    One case that errored makes the whole test errored: its points are pending, since nobody can
    say what they would have been.
    """
    status = _combined(outcomes)
    # Multiplied before it is divided: a third of 3 points is 1, not 0.999…
    earned = sum((test.points * outcome.fraction for outcome in outcomes), Decimal(0))
    messages = [_labelled(outcome) for outcome in outcomes if outcome.message]
    return Verdict(
        id=test.id,
        title=test.title,
        visibility=test.visibility,
        points=Decimal(0) if status is Status.ERRORED else _rounded(earned / len(outcomes)),
        max_points=test.points,
        status=status,
        message="\n".join(messages),
        hint=test.hint,
        reveal=test.reveal,
        duration=round(sum(outcome.duration for outcome in outcomes), 4),
        metric=None if status is Status.ERRORED else _measured(outcomes),
    )


def grade(assignment: Assignment, submission: Submission, verdicts: Sequence[Verdict]) -> Grade:
    """Add up the verdicts of a submission that was run."""
    pending = sum(
        (verdict.max_points for verdict in verdicts if verdict.status is Status.ERRORED), Decimal(0)
    )
    errored = any(verdict.status is Status.ERRORED for verdict in verdicts)
    return _document(
        assignment,
        submission,
        verdicts,
        GradeStatus.NEEDS_REVIEW if errored else GradeStatus.GRADED,
    ).model_copy(update={"pending": pending})


def errored(tests: Sequence[TestCase], message: str) -> tuple[Verdict, ...]:
    """Return verdicts that say that the grader itself failed, with all points pending."""
    outcome = Outcome(status=Status.ERRORED, fraction=Decimal(0), message=message)
    return tuple(verdict(test, [outcome]) for test in tests)


def unreadable(assignment: Assignment, submission: Submission, tests: Sequence[TestCase]) -> Grade:
    """Grade what could not be read: every point is lost, and the student is told why."""
    outcome = Outcome(status=Status.SKIPPED, fraction=Decimal(0), message="could not be run")
    verdicts = [verdict(test, [outcome]) for test in tests]
    return _document(assignment, submission, verdicts, GradeStatus.UNREADABLE)


def missing(assignment: Assignment, student: str, name: str) -> Grade:
    """Grade somebody who handed in nothing."""
    return Grade(
        student=student,
        name=name,
        assignment=assignment.id,
        assignment_title=assignment.title,
        score=Decimal(0),
        max_score=assignment.points,
        status=GradeStatus.MISSING,
        problem="nothing was handed in",
    )


def _document(
    assignment: Assignment,
    submission: Submission,
    verdicts: Sequence[Verdict],
    status: GradeStatus,
) -> Grade:
    return Grade(
        student=submission.student,
        attempt=submission.attempt,
        assignment=assignment.id,
        assignment_title=assignment.title,
        submission=submission.path,
        score=sum((verdict.points for verdict in verdicts), Decimal(0)),
        max_score=sum((verdict.max_points for verdict in verdicts), Decimal(0)),
        status=status,
        problem=submission.problem,
        verdicts=tuple(verdicts),
        warnings=submission.notices,
    )


def _rounded(points: Decimal) -> Decimal:
    """Round before anything is added up: a score is the sum of the points that stand beside it."""
    rounded = points.quantize(POINT_UNIT)
    return points if points == rounded else rounded  # 17, not 17.0000


def _combined(outcomes: Sequence[Outcome]) -> Status:
    statuses = {outcome.status for outcome in outcomes}
    if not outcomes or Status.ERRORED in statuses:
        return Status.ERRORED
    if statuses == {Status.PASSED}:
        return Status.PASSED
    if any(outcome.fraction for outcome in outcomes):
        return Status.PARTIAL
    return next(status for status in _WORST_FIRST if status in statuses)


def _measured(outcomes: Sequence[Outcome]) -> MetricResult | None:
    return next((outcome.metric for outcome in outcomes if outcome.metric), None)


def _labelled(outcome: Outcome) -> str:
    return f"[{outcome.case}] {outcome.message}" if outcome.case else outcome.message
