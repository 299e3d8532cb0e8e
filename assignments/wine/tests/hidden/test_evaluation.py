"""Hidden tests of evaluate."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_unmodified, credit

COUNTED = ("confusion_matrix", "accuracy", "precision", "recall", "f1")


def compare(found, expected, keys):
    """Compare some of the measures, which may be numpy numbers and arrays."""
    for key in keys:
        assert key in found, f'the result of evaluate() has no key "{key}"'
        # A log loss in single precision is right to 1e-6 or so.
        assert_close(found[key], expected[key], rtol=1e-4, name=f'evaluate(...)["{key}"]')


def separated(p, thresholds):
    """Move probabilities away from the thresholds, so that rounding turns none over."""
    for threshold in thresholds:
        p = np.where(np.abs(p - threshold) < 1e-3, threshold + 2e-3, p)
    return p


@pytest.mark.points(4)
@pytest.mark.hint("Rows of the confusion matrix are what is true: [[tn, fp], [fn, tp]].")
def test_evaluate_random_probabilities(submission, reference, rng):
    """evaluate() is right for random probabilities, at 0.5 and at other thresholds."""
    # Twice as many good ones, and p leaning downwards: no two of the four counts are equal.
    y = rng.permutation(np.repeat([0, 1], [40, 80]))
    p = separated(rng.beta(1.5, 2.0, size=120), (0.2, 0.5, 0.7))
    expected = reference.evaluate(y, p)
    compare(assert_unmodified(submission.evaluate, y, p), expected, (*COUNTED, "log_loss"))
    credit(0.6, "the measures at the threshold 0.5 are right")
    for threshold in (0.2, 0.7):
        expected = reference.evaluate(y, p, threshold=threshold)
        compare(submission.evaluate(y, p, threshold=threshold), expected, (*COUNTED, "log_loss"))


@pytest.mark.points(3)
@pytest.mark.hint("0 / 0 counts as 0. A class that does not occur still has its row and column.")
def test_evaluate_where_denominators_are_zero(submission, reference, rng):
    """evaluate() gives 0 for a ratio without cases, and the matrix its 2 rows and columns."""
    ones, zeros = np.ones(6, dtype=int), np.zeros(6, dtype=int)
    low, high = rng.uniform(0.1, 0.4, size=6), rng.uniform(0.6, 0.9, size=6)
    cases = [
        (ones, low, "good wines only, none of them found"),
        (zeros, high, "bad wines only, all of them called good"),
        (zeros, low, "bad wines only, none of them called good"),
    ]
    for done, (y, p, about) in enumerate(cases, start=1):
        compare(submission.evaluate(y, p), reference.evaluate(y, p), COUNTED)
        if done < len(cases):
            credit(round(done / len(cases), 2), f"right: {about}")


@pytest.mark.points(2)
@pytest.mark.hint("log(0) is infinite: clip p to the range from 1e-7 to 1 - 1e-7 before.")
def test_evaluate_certain_probabilities(submission):
    """evaluate() gives a finite log loss for probabilities of exactly 0 and 1."""
    # Two rows certain and right, one certain and wrong, which costs -ln(1e-7) = 16.118.
    found = submission.evaluate(np.array([0, 1, 1]), np.array([0.0, 1.0, 0.0]))
    assert_close(found["log_loss"], 16.11809565 / 3, rtol=1e-4, name='evaluate(...)["log_loss"]')
