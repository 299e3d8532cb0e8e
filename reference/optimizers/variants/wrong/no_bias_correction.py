"""Adam without its bias correction.

Earns points because: the first steps are too long, and soon nothing of that is left; the network
learns as well. The steps themselves are compared by tests of their own.
"""

import numpy as np
import solution
from solution import *  # noqa: F403


def adam(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam as it is often printed."""
    mean, square = (0.0, 0.0) if state is None else state
    mean = beta1 * mean + (1.0 - beta1) * grad
    square = beta2 * square + (1.0 - beta2) * grad**2
    return w - lr * mean / (np.sqrt(square) + eps), (mean, square)


solution.UPDATES["adam"] = adam
