"""RMSprop that divides by the mean square.

Earns points because: the other four are right, and the best of them counts; the weakest does not.
"""

import numpy as np
import solution
from solution import *  # noqa: F403


def rmsprop(w, grad, state, lr, rho=0.9, eps=1e-8):
    """Divide by the mean square itself."""
    square = rho * (np.zeros_like(w) if state is None else state) + (1.0 - rho) * grad**2
    return w - lr * grad / (square + eps), square


solution.UPDATES["rmsprop"] = rmsprop
