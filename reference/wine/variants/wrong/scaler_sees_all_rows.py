"""Known mistake: mean and standard deviation are taken over all three arrays.

Earns points because: the test rows come from the same vineyards as the training rows, so that their
statistics agree; the leak is dishonest, not helpful. The test of preprocess() takes its points.
"""

import numpy as np
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def preprocess(X_train, X_valid, X_test):
    """Scale by everything."""
    rows = np.concatenate([X_train, X_valid, X_test])
    return tuple((X - rows.mean(axis=0)) / rows.std(axis=0) for X in (X_train, X_valid, X_test))
