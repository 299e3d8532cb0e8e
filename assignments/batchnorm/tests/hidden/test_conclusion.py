"""Hidden tests of conclusion: a paired test, two-sided, at the 5 % level."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_equal, assert_raises, credit

# The 97.5 % quantiles of Student's distribution with n - 1 degrees of freedom, by n.
CRITICAL = {2: 12.7062, 3: 4.3027, 4: 3.1824, 5: 2.7764, 7: 2.4469, 10: 2.2622}


def pairs(rng, n, t):
    """Return accuracies of n seeds whose paired statistic is t.

    Accuracies have a deviation of 0.05 over the seeds, alike with and without, and their
    differences one of 0.01: only a test of the pairs sees it.
    """
    without = 0.5 + 0.05 * standardised(rng, n)
    differences = 0.01 * (standardised(rng, n) + t / np.sqrt(n))
    return (without + differences).tolist(), without.tolist()


def standardised(rng, n):
    """Return n random numbers with mean 0 and standard deviation 1, exactly."""
    drawn = rng.normal(size=n)
    return (drawn - drawn.mean()) / drawn.std(ddof=1)


@pytest.mark.points(5)
@pytest.mark.parametrize("n", [2, 3, 5, 10])
@pytest.mark.hint(
    "Work with the differences. Their deviation divides by n - 1, its mean's by sqrt(n) more; the "
    "limit is Student's with n - 1 degrees of freedom, not 1.96; and it is two-sided."
)
def test_conclusion_near_the_limit(submission, rng, n):
    """conclusion() changes where the paired t-test does, for 2, 3, 5 and 10 seeds."""
    # 4 % from the limit on either side. A deviation divided by n instead of n - 1 makes t 1.41 to
    # 1.05 times as large; a one-sided test lowers the limit to a half (n = 2) or 0.81 (n = 10).
    for share, expected in (
        (3.0, "better"),
        (-3.0, "worse"),
        (0.1, "no difference"),
        (1.04, "better"),
        (-1.04, "worse"),
        (0.96, "no difference"),
        (-0.96, "no difference"),
    ):
        t = share * CRITICAL[n]
        found = submission.conclusion(*pairs(rng, n, t))
        assert_equal(found, expected, name=f"conclusion with t = {t:.2f}, n = {n}")


@pytest.mark.points(2)
@pytest.mark.hint(
    "Compare |m| * sqrt(n) with limit * s: nothing is divided by 0. One pair has no deviation."
)
def test_conclusion_without_spread(submission):
    """conclusion() is right for equal lists, equal differences, and fewer than two seeds."""
    # Sums of powers of two: the differences are exact.
    steady = ([0.75, 0.5, 0.875], [0.5, 0.25, 0.625])
    assert_equal(submission.conclusion(*steady), "better", name="conclusion if all d_i are 0.25")
    assert_equal(
        submission.conclusion(*steady[::-1]), "worse", name="conclusion if all d_i are -0.25"
    )
    credit(0.3, "equal differences are right")
    same = [0.75, 0.5, 0.875]
    found = submission.conclusion(same, list(same))
    assert_equal(found, "no difference", name="conclusion if all d_i are 0")
    found = submission.conclusion([0.875], [0.5])
    assert_equal(found, "no difference", name="conclusion of one pair")
    found = submission.conclusion([], [])
    assert_equal(found, "no difference", name="conclusion of no pair")
    credit(0.7, "equal lists and fewer than two pairs are right")
    assert_raises("ValueError", submission.conclusion, [0.5, 0.75, 0.5], [0.5, 0.25])
