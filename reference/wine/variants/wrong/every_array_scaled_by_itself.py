"""Known mistake: fit_transform for each of the three arrays.

Earns points because: with thousands of rows from the same vineyards each array has nearly the same
statistics. The test of preprocess() takes its points.
"""

from solution import *  # noqa: F403 - a variant is the solution but for what follows


def preprocess(X_train, X_valid, X_test):
    """Scale each array by its own statistics."""
    return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_valid, X_test))
