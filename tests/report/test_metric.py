"""Metrics on pages: what the value means, where it stands, how a class is spread."""

from __future__ import annotations

import re

import pytest

from grader.model import Grade, MetricResult
from grader.report import render_class, render_grade
from grader.report.metric import gauge, spreads


def metric(value: float, **fields: object) -> MetricResult:
    rest = {"name": "accuracy", "zero": 0.6, "full": 0.8, "better": "higher", "miss": 0.01}
    return MetricResult(**{**rest, "value": value, "runs": 3, **fields})


def test_the_sentence_tells_value_threshold_and_error_rate() -> None:
    shown = gauge(metric(0.7524))
    assert (shown.value, shown.zero, shown.full) == ("0.7524", "0.6", "0.8")
    assert shown.worth == "full marks from 0.8: a right solution gets this in 99 of 100 runs"
    assert shown.basis == "mean of 3 trainings"
    assert gauge(metric(0.7, runs=1)).basis == "one training"


@pytest.mark.parametrize(
    ("miss", "odds"), [(0.01, "99 of 100"), (0.005, "199 of 200"), (0.003333, "299 of 300")]
)
def test_error_rates_are_told_as_numbers_of_runs(miss: float, odds: str) -> None:
    assert f"in {odds} runs" in gauge(metric(0.7, miss=miss)).worth


@pytest.mark.parametrize(
    ("value", "place", "filled", "reached"),
    [
        (0.6, 16.67, 0.0, False),
        (0.7, 50.0, 33.33, False),
        (0.8, 83.33, 66.67, True),
        (0.85, 98.5, 66.67, True),
        (99.0, 98.5, 66.67, True),
        (0.5, 1.5, 0.0, False),
        (-99.0, 1.5, 0.0, False),
    ],
)
def test_the_gauge_runs_from_no_points_to_full_marks(value, place, filled, reached) -> None:
    shown = gauge(metric(value))
    assert (shown.place, shown.filled, shown.reached) == (place, filled, reached)
    # Better is on the right, also where lower is better.
    mirrored = gauge(metric(-value, zero=-0.6, full=-0.8, better="lower"))
    assert (mirrored.place, mirrored.filled, mirrored.reached) == (place, filled, reached)


def test_where_lower_is_better_the_sentence_says_so() -> None:
    shown = gauge(metric(0.5, zero=0.69, full=0.52, better="lower"))
    assert "full marks from 0.52 down" in shown.worth


def test_a_value_just_below_full_marks_does_not_look_like_them() -> None:
    assert gauge(metric(0.79999)).value == "0.79999"
    assert gauge(metric(0.80001)).value == "0.8"


def test_a_page_shows_the_gauge_and_not_the_generated_message(grade: Grade, with_metric) -> None:
    page = render_grade(with_metric(grade, 0.7, runs=6), None, audience="student")
    assert "<b>0.7</b>" in page
    assert "(mean of 6 trainings)</span>, full marks from 0.721: a right solution gets this" in page
    assert 'aria-label="0.7 on a scale from no points at 0.55 to full marks at 0.721"' in page
    assert "accuracy is too low" not in page
    row = page[page.index("Accuracy, unseen") - 400 : page.index("Accuracy, unseen")]
    assert "<details open>" in row


def test_a_test_that_failed_in_spite_of_its_metric_shows_why(grade: Grade, with_metric) -> None:
    page = render_grade(with_metric(grade, 0.9), None, audience="instructor")
    assert "accuracy is too low" in page


def test_a_page_without_metrics_has_no_gauge(grade: Grade, class_grades: list[Grade]) -> None:
    assert 'class="gauge"' not in render_grade(grade, None, audience="student")
    page = render_class(class_grades, title="Class", links={})
    assert 'id="metrics"' not in page


def test_a_class_page_shows_how_each_metric_is_spread(class_grades, with_metric) -> None:
    values = [0.1, 0.55, 0.6, 0.72, 0.721, 0.75, 0.9]
    graded = [one for one in class_grades if one.verdicts]
    grades = [with_metric(one, value) for one, value in zip(graded, values, strict=False)]
    (spread,) = spreads(grades)
    assert (spread.title, spread.zero, spread.full) == ("Accuracy, unseen", "0.55", "0.721")
    assert (spread.count, spread.reached) == (7, 3)
    # A quarter of the way to full marks lies outside on either side, in 4 of 24 parts each.
    counts = {round(pillar.left * 24 / 100): pillar.count for pillar in spread.pillars}
    assert counts == {0: 1, 4: 1, 8: 1, 19: 1, 20: 1, 22: 1, 23: 1}
    page = render_class(grades, title="Class", links={})
    assert "3 of 7 reached full marks" in page
    assert len(re.findall(r'class="bar"[^>]*%"', page)) == 7
