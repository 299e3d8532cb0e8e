"""Hidden tests of best, and of what the functions refuse."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_equal, assert_raises, assert_unmodified, credit

from .trainings import NAMES, all_five, row_of

HIGHER = {"val_accuracy"}


def rows_of(table, by="val_loss"):
    """Return complete rows from {name: one value per seed}; other measures prefer other names."""
    rows = []
    for place, (name, values) in enumerate(table.items()):
        others = {"train_loss": 0.5 - 0.01 * place, "val_loss": 0.9 - 0.01 * place}
        others |= {"val_accuracy": 0.5 + 0.01 * place, "test_accuracy": 0.6 + 0.01 * place}
        for seed, value in enumerate(values):
            rows.append({"optimizer": name, "seed": seed, "lr": 0.1, **others, by: value})
    return rows


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.hint("Collect the values of each optimizer, take their mean, and compare the means.")
def test_mean_over_the_seeds(submission, rng):
    """best() compares means over the seeds, not single runs, in whatever order the rows come."""
    # sgd has the best single run and adam the best mean; rmsprop ends with the best last run.
    table = {"rmsprop": [0.5, 0.4, 0.12], "sgd": [0.1, 0.6, 0.5], "adam": [0.2, 0.3, 0.25]}
    rows = rows_of(table)
    assert_equal(assert_unmodified(submission.best, rows), "adam", name="best(rows)")
    credit(0.4, "the mean validation loss decides")
    mixed = [rows[i] for i in rng.permutation(len(rows))]
    assert_equal(submission.best(mixed), "adam", name="best() of the rows in another order")
    credit(0.6, "the order of the rows does not matter")
    rows = rows_of(table, by="train_loss")
    assert_equal(submission.best(rows, by="train_loss"), "adam", name='best(..., by="train_loss")')
    table = {"rmsprop": [0.95, 0.85, 0.8], "sgd": [0.9, 0.91, 0.89], "adam": [0.7, 0.96, 0.97]}
    rows = rows_of(table, by="val_accuracy")
    assert_equal(submission.best(rows, by="val_accuracy"), "sgd", name='by="val_accuracy"')


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint("Every comparison with nan is false; ask np.isfinite first.")
@pytest.mark.parametrize("where", [0, 1, 2])
def test_runs_that_diverged_and_ties(submission, where):
    """best() prefers any finite loss to a run that diverged, and of equal ones the first."""
    losses = {"adam": [0.3, 0.3], "sgd": [0.3, 0.3]}
    names = list(losses)
    names.insert(where, "momentum")
    table = {name: losses.get(name, [0.01, [np.nan, np.inf, np.nan][where]]) for name in names}
    winner = submission.best(rows_of(table))
    assert winner != "momentum", "the winner has a run that diverged: its mean is nan or inf"
    assert_equal(winner, "adam", name="best() of two equal ones")


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint("Look at the arguments first, and raise ValueError; a training costs time.")
def test_what_cannot_be_answered_is_refused(submission):
    """best() refuses no rows and other measures, compare() unknown names, with a ValueError."""
    rows = rows_of({"sgd": [0.3], "adam": [0.2]})
    assert_equal(submission.best(rows), "adam", name="best(rows)")
    assert_raises("ValueError", submission.best, [])
    assert_raises("ValueError", submission.best, rows, by="loss")
    credit(0.4, "best() refuses an empty list and an unknown measure")
    assert_raises("ValueError", submission.best, rows, by="test_accuracy")
    credit(0.7, "best() does not choose by the test rows")
    X, y = np.eye(50), np.arange(50) % 10
    assert_raises("ValueError", submission.compare, ["sgd", "nadam"], X, y, [0])


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint("Judge by the rows, not by what is usually said of an optimizer.")
@pytest.mark.parametrize("by", ["val_loss", "train_loss", "val_accuracy"])
def test_winner_of_your_own_rows(measure, submission, data, by):
    """best() names the winner that your own rows show."""
    rows = measure(all_five, data, 0)
    values = {name: float(row_of(rows, name, 0)[by]) for name in NAMES}
    finite = [value for value in values.values() if np.isfinite(value)]
    assert finite, f"{by} is nan or inf for all five: they diverged"
    best = max(finite) if by in HIGHER else min(finite)
    winners = [name for name, value in values.items() if value == best]
    found = submission.best(rows, by=by)
    assert found in winners, (
        f"best(rows, by={by!r}) is {found!r}, but the best {by} in your rows, {best:.4g}, is that "
        f"of {' and '.join(winners)}"
    )
