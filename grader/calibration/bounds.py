"""Bounds on what a random quantity will be, from a sample of it.

A one-sided *tolerance bound* is a number below which, at a confidence chosen beforehand, at most a
chosen share of all future values lies. docs/calibration.md tells where the formulas come from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from statistics import fmean, stdev
from typing import NamedTuple

__all__ = [
    "Bound",
    "Method",
    "lower_bound",
    "most_failures",
    "normality",
    "runs_without_failure",
    "share_below",
    "tolerance_factor",
]

# Below this p-value of the Shapiro-Wilk test a sample is not taken for normal.
_NOT_NORMAL = 0.01
# Scores are compared after rounding to six digits; less spread than that is none.
_NO_SPREAD = 1e-6


class Method(StrEnum):
    """How a bound was found."""

    NORMAL = "normal tolerance bound"
    LOG_ODDS = "normal tolerance bound of the log-odds"
    FREE = "distribution-free tolerance bound"
    CONSTANT = "always the same value"


class Bound(NamedTuple):
    """A lower tolerance bound.

    Attributes:
        value: the bound; -inf where the sample is too small for one.
        method: how it was found.
        runs: the size of the sample.
        normality: p-value of the Shapiro-Wilk test, on the scale that the method names; 1 where
            all values are the same.
        needed: how many values a bound by this method takes at least.
    """

    value: float
    method: Method
    runs: int
    normality: float
    needed: int


def tolerance_factor(runs: int, coverage: float, confidence: float) -> float:
    """Return k so that mean - k s is a one-sided lower tolerance bound of a normal sample.

    k = t'(confidence; runs - 1, z sqrt(runs)) / sqrt(runs), where t' is the quantile of the
    noncentral t distribution and z the normal quantile of ``coverage`` (Hahn and Meeker 1991,
    section 4.6; ISO 16269-6).

    Args:
        runs: the size of the sample, at least 2.
        coverage: the share of all values that shall lie above the bound.
        confidence: how often, over repeated samples, the bound shall keep that.
    """
    from scipy.stats import nct, norm

    root = math.sqrt(runs)
    return float(nct.ppf(confidence, runs - 1, norm.ppf(coverage) * root)) / root


def runs_without_failure(coverage: float, confidence: float) -> int:
    """Return the smallest sample whose minimum is a tolerance bound of any distribution.

    The smallest n with coverage**n <= 1 - confidence (Wilks 1941): 299 for 99 % at 95 %.
    """
    return math.ceil(math.log(1 - confidence) / math.log(coverage) - 1e-9)


def most_failures(failures: int, runs: int, confidence: float) -> float:
    """Return the upper confidence limit of a probability (Clopper and Pearson 1934).

    Args:
        failures: how often the event was seen.
        runs: in so many independent trials.
        confidence: how often, over repeated samples, the limit shall hold.
    """
    from scipy.stats import beta

    return 1.0 if failures >= runs else float(beta.ppf(confidence, failures + 1, runs - failures))


def normality(values: Sequence[float]) -> float:
    """Return the p-value of the Shapiro-Wilk test (1965); 1 where all values are the same."""
    from scipy.stats import shapiro

    if len(values) < 3 or _is_constant(values):
        return 1.0
    return float(shapiro(values).pvalue)


def lower_bound(
    values: Sequence[float], coverage: float, confidence: float, *, share: bool = False
) -> Bound:
    """Return the value that at least a share ``coverage`` of all future values reaches.

    A sample that the Shapiro-Wilk test does not tell from a normal one gets the normal bound. With
    shares that is first tried on their log-odds: near 1 they are skewed, and their log-odds are
    not. Any other sample needs :func:`runs_without_failure` values, and gets the largest order
    statistic that the limit of Clopper and Pearson admits.

    Args:
        values: independent values of the quantity, at least 2.
        coverage: the share that shall reach the bound.
        confidence: how often, over repeated samples, the bound shall keep that.
        share: the values lie between 0 and 1, or between -1 and 0 if they are turned round.
    """
    runs = len(values)
    if _is_constant(values):
        return Bound(min(values), Method.CONSTANT, runs, 1.0, 2)
    if share and _are_inside(values) and (p := normality(odds := _log_odds(values))) >= _NOT_NORMAL:
        value = _share(_normal_bound(odds, coverage, confidence), turned=values[0] < 0)
        return Bound(value, Method.LOG_ODDS, runs, p, 2)
    if (p := normality(values)) >= _NOT_NORMAL:
        return Bound(_normal_bound(values, coverage, confidence), Method.NORMAL, runs, p, 2)
    needed = runs_without_failure(coverage, confidence)
    rank = -1
    while rank + 1 < runs and most_failures(rank + 1, runs, confidence) <= 1 - coverage + 1e-12:
        rank += 1
    value = sorted(values)[rank] if rank >= 0 else -math.inf
    return Bound(value, Method.FREE, runs, p, needed)


def share_below(values: Sequence[float], limit: float, confidence: float, method: Method) -> float:
    """Return an upper confidence limit of the share of future values below ``limit``.

    It is the converse of :func:`lower_bound`: of a normal sample, the share whose tolerance bound
    is ``limit``; of one with normal log-odds, the same on that scale; of any other, the limit of
    Clopper and Pearson.
    """
    from scipy.optimize import brentq
    from scipy.stats import nct, norm

    if method is Method.LOG_ODDS:
        turned = values[0] < 0
        low, high = (-1, 0) if turned else (0, 1)
        if not low < limit < high:
            return 0.0 if limit <= low else 1.0
        return share_below(_log_odds(values), _log_odds([limit])[0], confidence, Method.NORMAL)
    runs = len(values)
    if method is Method.CONSTANT:
        return 0.0 if min(values) >= limit else 1.0
    if method is Method.FREE:
        return most_failures(sum(value < limit for value in values), runs, confidence)
    root = math.sqrt(runs)
    distance = (fmean(values) - limit) / stdev(values) * root

    def excess(z: float) -> float:
        below = float(nct.cdf(distance, runs - 1, z * root))
        if math.isnan(below):  # far out in a tail, where the library gives up
            below = float(distance > z * root)
        return below - confidence

    farthest = 8.0  # standard deviations; a share of 1e-15
    if excess(farthest) > 0:
        return float(norm.sf(farthest))
    if excess(-farthest) < 0:
        return 1.0
    return float(norm.sf(brentq(excess, -farthest, farthest)))


def _normal_bound(values: Sequence[float], coverage: float, confidence: float) -> float:
    return fmean(values) - tolerance_factor(len(values), coverage, confidence) * stdev(values)


def _are_inside(values: Sequence[float]) -> bool:
    """Tell whether log-odds exist: of 0 and 1 they do not."""
    return 0 < min(values) <= max(values) < 1 or -1 < min(values) <= max(values) < 0


def _log_odds(shares: Sequence[float]) -> list[float]:
    """Return log(p / (1 - p)); of a share that is turned round, that of the share, turned round."""
    return [math.log(p / (1 - p)) if p > 0 else -math.log(-p / (1 + p)) for p in shares]


def _share(log_odds: float, *, turned: bool) -> float:
    return -1 / (1 + math.exp(log_odds)) if turned else 1 / (1 + math.exp(-log_odds))


def _is_constant(values: Sequence[float]) -> bool:
    spread = max(values) - min(values)
    return spread <= _NO_SPREAD * max(abs(max(values)), abs(min(values)))
