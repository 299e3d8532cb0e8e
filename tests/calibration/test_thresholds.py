"""Scores to thresholds: the worst right solution, the best trivial one, and what is earned."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from grader.calibration.bounds import Method, runs_without_failure, tolerance_factor
from grader.calibration.thresholds import bounds_of, calibrated, earned
from grader.calibration.variants import Role, Variant
from grader.errors import SpecError
from grader.model import Assignment, Metric

ACCURACY = Metric(name="accuracy", title="Accuracy", points=Decimal(10), runs=2)
LOSS = Metric(name="loss", title="Loss", points=Decimal(10), runs=2, better="lower")


def assignment(*metrics: Metric) -> Assignment:
    return Assignment(
        id="toy", title="Toy", points=Decimal(20), folder=Path("toy"), digest="", metrics=metrics
    )


def variant(name: str, role: Role) -> Variant:
    return Variant(name, role, Path(f"{name}.py"), name, "", "")


def normal(metric: Metric, mean: float, spread: float, *, runs: int = 60, seed: int = 0) -> list:
    scores = np.random.default_rng(seed).normal(mean, spread, size=(runs, 4))
    return [{metric.name: tuple(run)} for run in scores.tolist()]


STRONG = variant("solution", Role.RIGHT)
WEAK = variant("weakest/weak", Role.WEAKEST)
TRIVIAL = variant("baseline/constant", Role.BASELINE)
SMART = variant("baseline/smart", Role.BASELINE)


@pytest.mark.parametrize("metric", [ACCURACY, LOSS])
def test_full_is_the_worst_right_solution_and_zero_the_best_trivial_one(metric: Metric) -> None:
    sign = 1 if metric is ACCURACY else -1
    scores = {
        STRONG: normal(metric, sign * 0.9, 0.01),
        WEAK: normal(metric, sign * 0.8, 0.01, seed=1),
        TRIVIAL: normal(metric, sign * 0.4, 0.02, seed=2),
        SMART: normal(metric, sign * 0.5, 0.02, seed=3),
    }
    (found,) = calibrated(assignment(metric), scores)
    assert (found.full_by, found.zero_by) == ("weakest/weak", "baseline/smart")
    k = tolerance_factor(60, 0.99, 0.95)
    weak = [sign * fmean(run[metric.name]) for run in scores[WEAK]]
    smart = [sign * fmean(run[metric.name]) for run in scores[SMART]]
    exact_full = fmean(weak) - k * stdev(weak)
    exact_zero = fmean(smart) + k * stdev(smart)
    threshold = found.threshold
    # Rounded to four digits, away from the values.
    assert 0 <= exact_full - sign * threshold.full < 1e-4
    assert 0 <= sign * threshold.zero - exact_zero < 1e-4
    assert (threshold.miss, threshold.confidence, threshold.runs) == (0.01, 0.95, 60)
    assert threshold.method == Method.NORMAL


def test_a_right_solution_keeps_within_the_promise() -> None:
    """Of fresh gradings of the weakest solution, at most 1 % miss full marks."""
    metric = ACCURACY
    scores = {WEAK: normal(metric, 0.8, 0.01), TRIVIAL: normal(metric, 0.4, 0.02)}
    (found,) = calibrated(assignment(metric), scores)
    fresh = normal(metric, 0.8, 0.01, runs=20_000, seed=99)
    lost = sum(fmean(run["accuracy"]) < found.threshold.full for run in fresh)
    assert lost / 20_000 <= 0.01
    result = earned(assignment(metric), fresh, [found])
    assert result.total / 10 > 0.999
    # The first look only ever helps.
    assert result.first_look >= 0


def test_several_metrics_share_the_error() -> None:
    both = assignment(ACCURACY, LOSS)
    runs = [
        a | b for a, b in zip(normal(ACCURACY, 0.8, 0.01), normal(LOSS, 0.2, 0.01), strict=True)
    ]
    trivial = [
        a | b for a, b in zip(normal(ACCURACY, 0.1, 0.01), normal(LOSS, 0.9, 0.01), strict=True)
    ]
    for found in calibrated(both, {STRONG: runs, TRIVIAL: trivial}):
        assert (found.threshold.miss, found.threshold.confidence) == (0.005, 0.975)
        (deciding, _) = found.judged
        assert deciding.most == pytest.approx(0.005, rel=0.2)  # but for rounding
    values, bound = bounds_of(both, STRONG, runs)["accuracy"]
    k = tolerance_factor(60, 0.995, 0.975)
    assert bound.value == pytest.approx(fmean(values) - k * stdev(values))


def test_scores_that_are_not_normal_ask_for_more_runs() -> None:
    skewed = np.random.default_rng(3).exponential(0.02, size=(60, 1)).repeat(4, axis=1)
    runs = [{"accuracy": tuple(run)} for run in (0.9 - skewed).tolist()]
    _, bound = bounds_of(assignment(ACCURACY), STRONG, runs)["accuracy"]
    assert (bound.method, bound.needed) == (Method.FREE, runs_without_failure(0.99, 0.95))


def test_what_does_not_tell_right_from_trivial_is_refused() -> None:
    scores = {STRONG: normal(ACCURACY, 0.8, 0.2), TRIVIAL: normal(ACCURACY, 0.5, 0.01)}
    with pytest.raises(SpecError, match=r"accuracy does not tell right solutions from trivial"):
        calibrated(assignment(ACCURACY), scores)


def test_mistakes_earn_the_mean_of_their_runs_and_failures_nothing() -> None:
    scores = {
        STRONG: [{"accuracy": (0.9,) * 4}] * 5,
        TRIVIAL: [{"accuracy": (0.5,) * 4}] * 5,
    }
    (found,) = calibrated(assignment(ACCURACY), scores)
    assert (found.threshold.full, found.threshold.zero) == (0.9, 0.5)
    assert found.threshold.method == Method.CONSTANT
    runs = [
        {"accuracy": (0.7, 0.7, 0.7, 0.7)},  # half of the points
        {"accuracy": (0.9, 0.9, 0.5, 0.5)},  # all at the first look, half at the second
        {"accuracy": (0.5, 0.5, 0.9, 0.9)},  # half
        {},  # crashed
    ]
    result = earned(assignment(ACCURACY), runs, [found])
    assert result.points == {"accuracy": pytest.approx(5)}
    assert result.first_look == pytest.approx(1.25)
    assert (result.failures, result.runs) == (1, 4)


def test_the_promise_for_two_metrics_together_holds_in_95_of_100_calibrations() -> None:
    """Over repeated calibrations: how often is the chance to miss either metric at most 1 %?"""
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(4000, 60, 2))
    k = tolerance_factor(60, 0.995, 0.975)
    bounds = drawn.mean(axis=1) - k * drawn.std(axis=1, ddof=1)
    below = norm.cdf(bounds)
    missed = 1 - (1 - below[:, 0]) * (1 - below[:, 1])
    assert np.mean(missed <= 0.01) >= 0.95


@pytest.mark.parametrize(
    ("below", "second", "either"), [(1, 15.9, 29.0), (2, 2.3, 8.7), (3, 0.1, 1.7)]
)
def test_luck_with_two_looks_is_what_the_page_says(below, second, either) -> None:
    """docs/calibration.md: a mean so many deviations below full, in percent."""
    # The first k trainings and all 2k: variances 2 and 1, covariance 1.
    both = multivariate_normal([-below, -below], [[2, 1], [1, 1]])
    assert 100 * norm.sf(below) == pytest.approx(second, abs=0.06)
    assert 100 * (1 - both.cdf([0, 0])) == pytest.approx(either, abs=0.06)
