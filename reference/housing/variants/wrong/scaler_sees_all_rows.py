"""Known mistake: the scaler is fitted on training, validation and test rows together.

Earns points because: all rows are drawn alike, so the leak hardly changes a number. The tests of
preprocess take their points.
"""

import numpy as np
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def preprocess(X_train, X_valid, X_test):
    """Fit a scaler on everything."""
    rows = np.concatenate([X_train, X_valid, X_test])
    return tuple((X - rows.mean(axis=0)) / rows.std(axis=0) for X in (X_train, X_valid, X_test))
