"""Metrics: two looks, points by value, and whose fault it is when there is no value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.errors import SpecError
from grader.model import Assignment, Status, Verdict

METRIC = {"title": "Accuracy on rows never seen", "points": 10, "runs": 2, "hint": "Train longer."}
THRESHOLD = {
    "zero": 0.5,
    "full": 0.9,
    "miss": 0.01,
    "confidence": 0.95,
    "method": "normal",
    "runs": 60,
}
TEST = """
    @pytest.mark.metric("accuracy")
    def test_accuracy(submission, metric):
        '''The mean over trainings with different seeds.'''
        metric.score(lambda number: submission.f(number))
"""
RIGHT = "def f(x):\n    return 1.0\n"


def assignment(course, hidden: str = TEST, *, better: str = "higher", **fields: Any) -> Assignment:
    metric = {**METRIC, "better": better}
    ends = {"zero": 0.9, "full": 0.5} if better == "lower" else {}
    files = {"thresholds.json": json.dumps({"accuracy": {**THRESHOLD, **ends}})}
    fields = {"metrics": {"accuracy": metric}, "files": files, "reference": RIGHT, **fields}
    return course.assignment(hidden, **fields)


def graded(course, source: str, **fields: Any) -> Verdict:
    (verdict,) = course.verdicts(assignment(course, **fields), source).values()
    return verdict


def scores(*values: float) -> str:
    """A submission whose trainings have these values, one after the other."""
    return f"def f(number):\n    return {list(values)}[number]\n"


def test_full_marks_at_the_first_look_take_no_more_trainings(course) -> None:
    verdict = graded(course, scores(0.85, 0.96))
    assert (verdict.status, verdict.points, verdict.message) == (Status.PASSED, 10, "")
    assert verdict.metric is not None
    assert verdict.metric.model_dump(mode="json") == {
        "name": "accuracy",
        "value": pytest.approx(0.905),
        "zero": 0.5,
        "full": 0.9,
        "better": "higher",
        "runs": 2,
        "miss": 0.01,
        "scores": [0.85, 0.96],
    }


def test_below_full_marks_the_mean_of_twice_as_many_counts(course) -> None:
    verdict = graded(course, scores(0.85, 0.93, 0.94, 0.92))
    assert verdict.status is Status.PASSED
    assert verdict.metric is not None
    assert verdict.metric.runs == 4
    assert verdict.metric.value == pytest.approx(0.91)


@pytest.mark.parametrize(
    ("value", "points"), [(0.9, 10), (0.8, 7.5), (0.7, 5), (0.6, 2.5), (0.5, 0), (0.1, 0)]
)
def test_points_rise_linearly_from_zero_to_full(course, value: float, points: float) -> None:
    verdict = graded(course, scores(*[value] * 4))
    assert float(verdict.points) == pytest.approx(points)
    status = Status.PASSED if points == 10 else Status.PARTIAL if points else Status.FAILED
    assert verdict.status is status
    if points < 10:
        assert f"accuracy is {value:g}, the mean of 4 trainings" in verdict.message
        assert "full marks from 0.9, no points at 0.5" in verdict.message


@pytest.mark.parametrize(("value", "points"), [(0.5, 10), (0.4, 10), (0.6, 7.5), (0.95, 0)])
def test_where_lower_is_better_everything_is_mirrored(course, value, points) -> None:
    verdict = graded(course, scores(*[value] * 4), better="lower")
    assert float(verdict.points) == pytest.approx(points)
    if points < 10:
        assert "full marks down from 0.5" in verdict.message


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_no_finite_number_earns_nothing(course, value: str) -> None:
    verdict = graded(course, f"def f(x):\n    return float('{value}')\n")
    assert (verdict.status, verdict.points, verdict.metric) == (Status.FAILED, 0, None)
    assert f"accuracy of training 1 is {value}, expected a finite number" in verdict.message


def test_an_exception_of_the_student_is_the_students(course) -> None:
    verdict = graded(course, "def f(number):\n    return 1 / (1 - number)\n")
    assert (verdict.status, verdict.points, verdict.metric) == (Status.FAILED, 0, None)
    assert "ZeroDivisionError" in verdict.message


def test_a_replay_on_the_reference_takes_one_training(course) -> None:
    reference = """
        from pathlib import Path

        def f(number):
            with Path("FILE").open("a") as file:
                file.write(f"{number} ")
            return 1.0
    """
    log = course.root / "trainings"
    source = "def f(number):\n    raise ValueError\n"
    verdict = graded(course, source, reference=reference.replace("FILE", str(log)))
    assert verdict.status is Status.FAILED
    assert log.read_text() == "0 "


def test_where_the_reference_has_no_value_either_nobody_loses_points(course) -> None:
    broken = "def f(number):\n    return 'good'\n"
    verdict = graded(course, broken, reference=broken)
    assert (verdict.status, verdict.metric) == (Status.ERRORED, None)
    assert "the value of accuracy is 'good'" in verdict.message


def test_title_points_and_hint_are_those_of_the_specification(course) -> None:
    verdict = graded(course, scores(0.1, 0.1, 0.1, 0.1))
    assert (verdict.title, verdict.max_points) == (METRIC["title"], 10)
    assert verdict.hint == METRIC["hint"]


def test_a_marked_test_that_measures_nothing_earns_nothing(course) -> None:
    hidden = """
        @pytest.mark.metric("accuracy")
        def test_accuracy(submission):
            '''Measures nothing.'''
            assert submission.f(0)
    """
    verdict = graded(course, scores(1.0), hidden=hidden)
    assert verdict.status is Status.ERRORED
    assert "without a call of metric.score()" in verdict.message


def test_the_fixture_needs_the_mark(course) -> None:
    hidden = """
        @pytest.mark.points(10)
        def test_accuracy(submission, metric):
            '''Has no mark.'''
            metric.score(submission.f)
    """
    verdict = graded(course, scores(1.0), hidden=hidden, metrics={}, files={})
    assert verdict.status is Status.ERRORED
    assert "without the mark" in verdict.message


@pytest.mark.parametrize(
    ("hidden", "message"),
    [
        (TEST.replace("accuracy", "acuracy", 1), 'did you mean "accuracy"'),
        ("@pytest.mark.points(1)\n" + TEST.replace("\n    ", "\n"), "has the mark points"),
        ("@pytest.mark.hint('x')\n" + TEST.replace("\n    ", "\n"), "has the mark hint"),
        (TEST + TEST.replace("test_accuracy", "test_again"), "two tests measure accuracy"),
        (
            "@pytest.mark.parametrize('case', [1, 2])\n"
            + TEST.replace("\n    ", "\n").replace("(submission", "(case, submission"),
            "is parametrised",
        ),
        (
            "@pytest.mark.points(10)\ndef test_other(submission):\n    '''T.'''\n",
            "no test measures accuracy",
        ),
    ],
)
def test_wrong_declarations_are_refused(course, hidden: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        graded(course, scores(1.0), hidden=hidden)


def test_points_of_metrics_belong_to_the_total(course) -> None:
    with pytest.raises(SpecError, match="add up to 10 points, expected 20"):
        graded(course, scores(1.0), points=20)
