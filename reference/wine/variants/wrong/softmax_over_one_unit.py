"""Known mistake: a softmax over one unit is 1 for every wine."""

import numpy as np
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def predict_proba(model, X):
    """Return exp(z) / exp(z)."""
    return np.ones(len(X))
