"""Known mistake: a softmax over the one output unit, which is always 1."""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def predict(model, X):
    """Return 1 for every row."""
    return np.ones(len(X))


solution.predict = predict
