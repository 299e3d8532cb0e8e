"""Momentum as an average, its steps ten times smaller.

Earns points because: with momentum's rate this is slow gradient descent, which still gets far; the
other four are right.
"""

import numpy as np
import solution
from solution import *  # noqa: F403


def momentum(w, grad, state, lr, beta=0.9):
    """Return a step along the average gradient."""
    mean = beta * (np.zeros_like(w) if state is None else state) + (1.0 - beta) * grad
    return w - lr * mean, mean


solution.UPDATES["momentum"] = momentum
