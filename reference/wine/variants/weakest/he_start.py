"""Right, with the larger starting weights of He et al. (2015), so that it overfits sooner."""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Start(solution.Network):
    """The network with normal weights of standard deviation sqrt(2 / n_in), as for ReLU."""

    def __init__(self, sizes, seed):
        """Draw the weights."""
        super().__init__(sizes, seed)
        rng = np.random.default_rng(seed)
        self.weights = [rng.normal(0, np.sqrt(2 / len(W)), size=W.shape) for W in self.weights]


solution.Network = Start
