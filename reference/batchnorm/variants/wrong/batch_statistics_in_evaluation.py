"""Predictions are normalized by the rows that happen to be asked about together.

Earns points because: in large batches those statistics are good; the test that asks about one row
alone catches it.
"""

import solution
from solution import *  # noqa: F403

right = solution.batchnorm_forward


def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    """Normalize by the batch, whatever training says."""
    return right(x, gamma, beta, running, True, momentum, eps)


solution.batchnorm_forward = batchnorm_forward
