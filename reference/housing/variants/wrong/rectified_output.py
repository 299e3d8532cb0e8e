"""Known mistake: a ReLU at the output.

Earns points because: prices are positive, and where one of three networks starts with positive
answers its ReLU stays active. The test of the activations takes its points.
"""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Rectified(solution.Network):
    """A network with a ReLU after its last layer."""

    def layers(self, X):
        """Return what every layer makes of the inputs."""
        *hidden, z = super().layers(X)
        return [*hidden, np.maximum(z, 0.0)]

    def learn(self, X, y, lr):
        """Make a step on the mean squared error."""
        outputs = self.layers(X)
        error = outputs[-1] - y[:, np.newaxis]
        self.update(outputs, 2 * error / len(y) * (outputs[-1] > 0), lr)
        return float(np.mean(error**2))


solution.Network = Rectified
