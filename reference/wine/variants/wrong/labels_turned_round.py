"""Known mistake: class 0 and class 1 are exchanged in training, but not in prediction."""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def train(X_train, y_train, X_valid, y_valid, seed):
    """Train on the wrong classes."""
    return solution.train(X_train, 1 - y_train, X_valid, 1 - y_valid, seed)
