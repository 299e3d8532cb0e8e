"""Hidden tests of evaluate."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_unmodified, credit

ROWS = 40


def draw_estimates(rng):
    """Return (ROWS,) targets and estimates like those of a middling network."""
    y = rng.uniform(0.2, 5.0, size=ROWS)
    return y, y + rng.normal(scale=0.7, size=ROWS)


@pytest.mark.points(3)
@pytest.mark.hint("Means over the rows, not sums; rmse is the root of mse; r2 may be negative.")
def test_evaluate_random_estimates(submission, reference, rng):
    """evaluate() is right for random estimates, good ones and ones worse than the mean."""
    y, y_pred = draw_estimates(rng)
    found = assert_unmodified(submission.evaluate, y, y_pred)
    # Single precision leaves 1e-5 of r2, a difference of two numbers of the order of 1.
    expected = reference.evaluate(y, y_pred)
    assert_close(found, expected, rtol=1e-4, name="evaluate(y, y_pred)")
    credit(0.6, "the measures of good estimates are right")
    y_pred = rng.permutation(y) + 1.0
    expected = reference.evaluate(y, y_pred)
    found = submission.evaluate(y, y_pred)
    assert_close(found, expected, rtol=1e-4, name="evaluate(y, y_pred)")


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.depends_on("test_evaluate_by_hand")
@pytest.mark.hint("(n, 1) minus (n,) is (n, n). Flatten both first: np.ravel(y), np.ravel(y_pred).")
def test_evaluate_columns(submission, reference, rng):
    """evaluate() takes targets and estimates as rows or as columns, in any combination."""
    y, y_pred = draw_estimates(rng)
    expected = reference.evaluate(y, y_pred)
    cases = [
        (y, y_pred[:, np.newaxis]),
        (y[:, np.newaxis], y_pred),
        (y[:, np.newaxis], y_pred[:, np.newaxis]),
    ]
    for done, (targets, estimates) in enumerate(cases, start=1):
        about = f"y of shape {targets.shape} and y_pred of shape {estimates.shape}"
        found = submission.evaluate(targets, estimates)
        assert_close(found, expected, rtol=1e-4, name=f"evaluate() with {about}")
        if done < len(cases):
            credit(round(done / len(cases), 2), f"right: {about}")
