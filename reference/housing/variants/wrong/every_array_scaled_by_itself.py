"""Known mistake: every array is scaled by its own statistics.

Earns points because: validation and test rows are many and drawn like the training rows, so their
statistics agree. The tests of preprocess take their points.
"""

from solution import *  # noqa: F403 - a variant is the solution but for what follows


def preprocess(X_train, X_valid, X_test):
    """Fit a scaler on each."""
    return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_valid, X_test))
