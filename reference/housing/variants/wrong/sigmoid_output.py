"""Known mistake: a sigmoid at the output, which cannot say more than 1."""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Bounded(solution.Network):
    """A network with a sigmoid after its last layer."""

    def layers(self, X):
        """Return what every layer makes of the inputs."""
        *hidden, z = super().layers(X)
        return [*hidden, 1 / (1 + np.exp(-np.clip(z, -500, 500)))]

    def learn(self, X, y, lr):
        """Make a step on the mean squared error."""
        outputs = self.layers(X)
        p = outputs[-1]
        error = p - y[:, np.newaxis]
        self.update(outputs, 2 * error / len(y) * p * (1 - p), lr)
        return float(np.mean(error**2))


solution.Network = Bounded
