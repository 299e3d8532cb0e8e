"""Right, but the weakest way that the interface allows: a slower start and fewer steps.

Weights and biases are drawn as PyTorch does by default, uniformly up to 1 / sqrt(n_in), and the last
batch of an epoch, which has fewer than 64 rows, is left out, as `drop_last=True` does.
"""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Start(solution.Network):
    """The network with the weights that PyTorch would draw."""

    def __init__(self, sizes, seed):
        """Draw weights and biases."""
        super().__init__(sizes, seed)
        rng = np.random.default_rng(seed)
        limits = [1 / np.sqrt(len(W)) for W in self.weights]
        pairs = zip(self.weights, limits, strict=True)
        self.weights = [rng.uniform(-limit, limit, size=W.shape) for W, limit in pairs]
        pairs = zip(self.biases, limits, strict=True)
        self.biases = [rng.uniform(-limit, limit, size=b.shape) for b, limit in pairs]


class FullBatches(solution.Adam):
    """Adam that takes no step for an incomplete batch."""

    def step(self, network, gradients, rows):
        """Change a network's parameters by one step."""
        if rows == 64:
            super().step(network, gradients, rows)


solution.Network, solution.Adam = Start, FullBatches
