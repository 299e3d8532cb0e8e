"""Known mistake: the inputs are not scaled.

Earns points because: Adam's steps have one length for large and for small inputs, so the best of
three networks still explains some of the variance, and points are paid in proportion. The tests of
preprocess take their points.
"""

from solution import *  # noqa: F403 - a variant is the solution but for what follows


def preprocess(X_train, X_valid, X_test):
    """Return the arrays as they are."""
    return X_train, X_valid, X_test
