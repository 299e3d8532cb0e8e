"""Metrics: what trained models are worth, as a mean over several trainings."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from statistics import fmean
from typing import Any

import pytest

from grader.checks.credit import current
from grader.errors import SpecError
from grader.model import Assignment, Metric, MetricResult, Threshold
from grader.scoring import earned_share, sequential

__all__ = ["MetricTest", "Metrics"]


class Metrics:
    """Gives tests the fixture ``metric``."""

    def __init__(self) -> None:
        self._assignment: Assignment

    def attach(self, assignment: Assignment) -> None:
        """Begin a run; this assignment's thresholds count."""
        self._assignment = assignment

    @pytest.fixture
    def metric(self, request: pytest.FixtureRequest) -> MetricTest:
        """What the test's mark names, to be scored: see :meth:`MetricTest.score`."""
        place = request.node.nodeid
        mark = request.node.get_closest_marker("metric")
        if mark is None:
            raise SpecError(
                "the fixture `metric` is used without the mark",
                where=place,
                remedy='Write @pytest.mark.metric("NAME") above the test.',
            )
        metric = self._assignment.metric(str(mark.args[0]))
        if metric is None or metric.threshold is None:
            raise SpecError(
                f"{mark.args[0]} has no threshold",
                where=place,
                remedy=f"Run `grader calibrate {self._assignment.id}`.",
            )
        return MetricTest(metric, metric.threshold)


class MetricTest:
    """The metric of one running test.

    Args:
        metric: which one.
        threshold: what its values are worth.
    """

    def __init__(self, metric: Metric, threshold: Threshold) -> None:
        self._metric = metric
        self._threshold = threshold

    def score(self, measured: Callable[[int], Any]) -> None:
        """Train and measure as often as it takes, and grant what the mean is worth.

        While a failure is replayed on the reference solution, one training is enough: whether it
        can be measured at all is the question then, and not how good it is.

        Args:
            measured: takes the number of a training, from 0, and returns the metric's value for
                it: a finite number.

        Raises:
            AssertionError: the value does not deserve full marks, or is no finite number.
        """
        granted = current()
        if granted is None:
            self._measure(measured, range(1))
            return
        scores = sequential(
            lambda numbers: self._measure(measured, numbers), self._metric, self._threshold
        )
        value = fmean(scores)
        granted.metric = self._result(value, scores)
        share = earned_share(value, self._threshold, self._metric.better)
        if share < 1:
            granted.add(share, "")
            raise AssertionError(self._told(value, len(scores)))

    def _measure(self, measured: Callable[[int], Any], numbers: range) -> list[float]:
        scores = []
        for number in numbers:
            score = measured(number)
            if isinstance(score, bool) or not isinstance(score, Real):
                raise SpecError(
                    f"the value of {self._metric.name} is {score!r}",
                    remedy="metric.score() takes a function that returns a number.",
                )
            if not math.isfinite(score):
                raise AssertionError(
                    f"{self._metric.name} of training {number + 1} is {float(score)}, expected a "
                    "finite number"
                )
            scores.append(float(score))
        return scores

    def _result(self, value: float, scores: list[float]) -> MetricResult:
        return MetricResult(
            name=self._metric.name,
            value=value,
            zero=self._threshold.zero,
            full=self._threshold.full,
            better=self._metric.better,
            runs=len(scores),
            miss=self._threshold.miss,
            scores=tuple(scores),
        )

    def _told(self, value: float, runs: int) -> str:
        side = "from" if self._threshold.full > self._threshold.zero else "down from"
        return (
            f"{self._metric.name} is {value:.4g}, the mean of {runs} trainings; full marks "
            f"{side} {self._threshold.full:.4g}, no points at {self._threshold.zero:.4g}"
        )
