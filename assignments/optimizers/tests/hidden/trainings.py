"""The calls of compare that the hidden tests share: eight trainings in three measurements."""

from __future__ import annotations

import numpy as np

NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"]
FIGURES = ("lr", "train_loss", "val_loss", "val_accuracy", "test_accuracy")
KEYS = {"optimizer", "seed", *FIGURES}


def all_five(submission, data, seed):
    """Compare the five on the round's digits, for one seed."""
    return submission.compare(NAMES, data.X_train, data.y_train, [seed])


def one_alone(submission, data):
    """Compare the last of the five by itself, another seed first."""
    return submission.compare([NAMES[-1]], data.X_train, data.y_train, [1, 0])


def without_meaning(submission, data):
    """Compare on digits whose labels were permuted, and of which each has a mark of its own.

    The mark, a further pixel that is lit in this row alone, makes a label easy to learn by heart,
    and from that row only. The digits themselves are faint, so that they do not get in the way.
    """
    n = len(data.y_valid)
    labels = np.random.default_rng(int(1000 * data.X_valid.sum())).permutation(data.y_valid)
    return submission.compare(["adam"], np.hstack([0.25 * data.X_valid, np.eye(n)]), labels, [0])


def row_of(rows, name, seed):
    """Return the one row of an optimizer and a seed."""
    assert isinstance(rows, list | tuple), f"compare() must return a list; it returned {rows!r:.60}"
    for row in rows:
        assert isinstance(row, dict), f"a row must be a dict; one is {row!r:.60}"
        missing = KEYS - set(row)
        assert not missing, f"a row of compare() has no key {min(missing)!r}"
        for key in FIGURES:
            value = row[key]
            number = isinstance(value, int | float | np.number | np.ndarray)
            told = f"{key} of a row of compare() is {value!r:.60}, expected a number"
            assert number, told
            assert np.shape(value) == (), told
    found = [row for row in rows if row["optimizer"] == name and row["seed"] == seed]
    assert len(found) == 1, f"compare() returned {len(found)} rows for {name!r} and seed {seed}"
    return found[0]
