"""Known mistake: the inputs are passed on as they are."""

from solution import *  # noqa: F403 - a variant is the solution but for what follows


def preprocess(X_train, X_valid, X_test):
    """Scale nothing."""
    return X_train, X_valid, X_test
