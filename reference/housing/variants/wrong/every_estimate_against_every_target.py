"""Known mistake: (n, 1) minus (n,) broadcasts to (n, n), so that only the mean is learnt."""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Broadcasting(solution.Network):
    """A network whose loss is the mean over all pairs of an estimate and a target."""

    def learn(self, X, y, lr):
        """Make a step on that loss."""
        outputs = self.layers(X)
        error = outputs[-1] - y  # (n, n)
        self.update(outputs, 2 * error.mean(axis=1, keepdims=True) / len(y), lr)
        return float(np.mean(error**2))


solution.Network = Broadcasting
