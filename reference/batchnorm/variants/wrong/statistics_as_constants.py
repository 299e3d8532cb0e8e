"""The gradient takes mean and variance for constants: two of three paths are left out.

Earns points because: without batch normalization nothing changes; with it, the wrong direction still
learns the digits. Finite differences catch it.
"""

import solution
from solution import *  # noqa: F403


def batchnorm_backward(dout, cache):
    """Return the gradients, for x along the straight path alone."""
    return cache["scale"] * dout, (dout * cache["x_hat"]).sum(axis=0), dout.sum(axis=0)


solution.batchnorm_backward = batchnorm_backward
