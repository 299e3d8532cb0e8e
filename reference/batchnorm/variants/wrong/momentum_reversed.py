"""The momentum is read as the share of the old statistics: new = 0.1 old + 0.9 batch.

Earns points because: the statistics of about one batch evaluate almost as well as their average; the
tests of running statistics catch it.
"""

import solution
from solution import *  # noqa: F403

right = solution.batchnorm_forward


def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    """Normalize a batch with the momentum turned round."""
    return right(x, gamma, beta, running, training, 1 - momentum, eps)


solution.batchnorm_forward = batchnorm_forward
