"""Known mistake: np.argmax over the one column of a sigmoid's output is 0 for every wine."""

import numpy as np
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def predict_proba(model, X):
    """Return the position of the largest of one."""
    _, p = model.activations(X)
    return np.argmax(p[:, None], axis=1).astype(float)
