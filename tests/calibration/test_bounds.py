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
