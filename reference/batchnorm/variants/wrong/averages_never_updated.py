"""Running statistics that stay at mean 0 and variance 1: evaluation is not what was trained.

Earns points because: without batch normalization nothing is wrong, and with it half of the digits are
still right. The tests of running statistics catch it.
"""

import solution
from solution import *  # noqa: F403

right = solution.batchnorm_forward


def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    """Normalize a batch; forget to return new running statistics."""
    out, cache, _ = right(x, gamma, beta, running, training, momentum, eps)
    if running is None:
        running = {"mean": 0 * gamma, "var": 0 * gamma + 1}
    return out, cache, running


solution.batchnorm_forward = batchnorm_forward
