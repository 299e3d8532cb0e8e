"""Tolerance bounds against published numbers and against simulation."""

from __future__ import annotations

import math
from statistics import NormalDist, fmean, stdev

import numpy as np
import pytest

from grader.calibration.bounds import (
    Method,
    lower_bound,
    most_failures,
    normality,
    runs_without_failure,
    share_below,
    tolerance_factor,
)


@pytest.mark.parametrize(
    ("runs", "coverage", "confidence", "k"),
    [
        # Odeh and Owen (1980), Tables for Normal Tolerance Limits, table 1; ISO 16269-6, annex D.
        (10, 0.90, 0.95, 2.355),
        (10, 0.95, 0.95, 2.911),
        (10, 0.99, 0.95, 3.981),
        (20, 0.95, 0.95, 2.396),
        (30, 0.90, 0.95, 1.777),
        (50, 0.99, 0.95, 2.862),
        (100, 0.99, 0.95, 2.684),
        # NIST/SEMATECH e-Handbook, section 7.2.6.3: 1.8740 by the noncentral t distribution.
        (43, 0.90, 0.99, 1.8740),
    ],
)
def test_factors_are_those_of_published_tables(runs, coverage, confidence, k) -> None:
    assert tolerance_factor(runs, coverage, confidence) == pytest.approx(k, abs=6e-4)


def test_a_normal_bound_keeps_its_coverage_in_95_of_100_samples() -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(4000, 60))
    k = tolerance_factor(60, 0.995, 0.95)
    bounds = samples.mean(axis=1) - k * samples.std(axis=1, ddof=1)
    kept = np.mean([NormalDist().cdf(bound) <= 0.005 for bound in bounds])
    assert kept == pytest.approx(0.95, abs=0.01)  # three standard errors


@pytest.mark.parametrize(
    ("coverage", "runs"), [(0.90, 29), (0.95, 59), (0.99, 299), (0.995, 598), (1 - 0.01 / 3, 898)]
)
def test_runs_without_failure_are_wilks_numbers(coverage: float, runs: int) -> None:
    assert runs_without_failure(coverage, 0.95) == runs
    assert most_failures(0, runs, 0.95) <= 1 - coverage + 1e-12
    assert most_failures(0, runs - 1, 0.95) > 1 - coverage


@pytest.mark.parametrize(
    ("failures", "runs", "limit"),
    [
        (0, 30, 0.0950),  # 1 - 0.05 ** (1 / 30)
        (0, 299, 0.00997),
        (1, 10, 0.3942),  # Clopper and Pearson's own tables, one-sided at 95 %
        (10, 10, 1.0),
    ],
)
def test_most_failures_is_the_limit_of_clopper_and_pearson(failures, runs, limit) -> None:
    assert most_failures(failures, runs, 0.95) == pytest.approx(limit, abs=5e-5)


def test_a_normal_sample_gets_the_normal_bound() -> None:
    values = np.random.default_rng(1).normal(0.8, 0.01, size=60).tolist()
    bound = lower_bound(values, 0.99, 0.95)
    assert bound.method is Method.NORMAL
    assert bound.value == pytest.approx(fmean(values) - 2.80705 * stdev(values), abs=1e-6)
    assert bound.normality == normality(values) > 0.01
    assert bound.needed <= 60


def test_a_skewed_sample_gets_order_statistics_and_needs_299() -> None:
    rng = np.random.default_rng(2)
    few = (-rng.exponential(size=60)).tolist()
    short = lower_bound(few, 0.99, 0.95)
    assert (short.method, short.needed, short.value) == (Method.FREE, 299, -math.inf)
    assert short.normality < 0.01
    many = sorted((-rng.exponential(size=473)).tolist())
    assert lower_bound(many[:299], 0.99, 0.95).value == many[0]
    # With 473 values the second smallest is a bound: Wilks (1941), one failure admitted.
    assert lower_bound(many[:472], 0.99, 0.95).value == many[0]
    assert lower_bound(many, 0.99, 0.95).value == many[1]


def _shares(runs: int, seed: int) -> list[float]:
    """Draw shares near 1 with normal log-odds; they are skewed themselves."""
    odds = np.random.default_rng(seed).normal(4, 0.7, size=runs)
    return (1 / (1 + np.exp(-odds))).tolist()


def test_shares_are_tried_as_log_odds() -> None:
    values = _shares(60, 3)
    bound = lower_bound(values, 0.995, 0.975, share=True)
    assert normality(values) < 0.01 < bound.normality
    assert (bound.method, bound.needed) == (Method.LOG_ODDS, 2)
    odds = [math.log(p / (1 - p)) for p in values]
    expected = fmean(odds) - tolerance_factor(60, 0.995, 0.975) * stdev(odds)
    assert math.log(bound.value / (1 - bound.value)) == pytest.approx(expected)
    assert share_below(values, bound.value, 0.975, bound.method) == pytest.approx(0.005, rel=1e-6)
    for limit, share in ((-0.1, 0), (0, 0), (1, 1), (1.5, 1)):
        assert share_below(values, limit, 0.975, bound.method) == share


def test_shares_turned_round_have_log_odds_too() -> None:
    values = [p - 1 for p in _shares(60, 3)]  # errors, less is better
    bound = lower_bound(values, 0.995, 0.975, share=True)
    assert bound.method is Method.LOG_ODDS
    assert bound.value == pytest.approx(
        lower_bound(_shares(60, 3), 0.995, 0.975, share=True).value - 1
    )
    assert share_below(values, bound.value, 0.975, bound.method) == pytest.approx(0.005, rel=1e-6)
    assert [share_below(values, one, 0.975, bound.method) for one in (-1.5, -1, 0, 1)] == [
        0,
        0,
        1,
        1,
    ]


def test_a_bound_of_log_odds_keeps_its_coverage_in_95_of_100_samples() -> None:
    kept = []
    for seed in range(1000):
        bound = lower_bound(_shares(60, seed), 0.99, 0.95, share=True)
        if bound.method is not Method.FREE:
            kept.append(NormalDist(4, 0.7).cdf(math.log(bound.value / (1 - bound.value))) <= 0.01)
    assert len(kept) > 980
    assert np.mean(kept) > 0.95 - 0.02  # three standard errors


def test_shares_whose_log_odds_are_not_normal_may_be_so_themselves() -> None:
    values = np.random.default_rng(7).normal(0.5, 0.13, size=2000).clip(0.001, 0.999).tolist()
    bound = lower_bound(values, 0.99, 0.95, share=True)
    assert bound.method is Method.NORMAL
    assert bound.normality == normality(values)


@pytest.mark.parametrize("shift", [-0.5, 0.5])
def test_values_beyond_0_and_1_have_no_log_odds(shift: float) -> None:
    values = [p + shift for p in _shares(60, 3)]
    assert lower_bound(values, 0.99, 0.95, share=True).method is Method.FREE


def test_a_constant_sample_is_its_own_bound() -> None:
    bound = lower_bound([0.5, 0.5, 0.5 + 1e-9], 0.99, 0.95)
    assert (bound.value, bound.method) == (0.5, Method.CONSTANT)
    assert share_below([0.5] * 3, 0.5, 0.95, Method.CONSTANT) == 0
    assert share_below([0.5] * 3, 0.6, 0.95, Method.CONSTANT) == 1


@pytest.mark.parametrize("runs", [5, 60, 598])
@pytest.mark.parametrize("share", [0.3, 0.005, 1e-6])
def test_the_share_below_a_bound_is_what_the_bound_was_made_for(runs: int, share: float) -> None:
    values = np.random.default_rng(runs).normal(3, 2, size=runs).tolist()
    limit = fmean(values) - tolerance_factor(runs, 1 - share, 0.95) * stdev(values)
    assert share_below(values, limit, 0.95, Method.NORMAL) == pytest.approx(share, rel=1e-6)


def test_far_out_the_share_is_next_to_none_or_all() -> None:
    values = np.random.default_rng(0).normal(size=60).tolist()
    assert share_below(values, -500, 0.95, Method.NORMAL) < 1e-14
    assert share_below(values, 500, 0.95, Method.NORMAL) == 1


def test_of_no_known_distribution_the_share_is_counted() -> None:
    values = [0.0, 1.0, 2.0, 3.0]
    assert share_below(values, 0.5, 0.95, Method.FREE) == most_failures(1, 4, 0.95)
