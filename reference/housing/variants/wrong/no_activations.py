"""Known mistake: hidden layers without activations, which collapse into one linear layer.

Earns points because: a linear model explains about half of the variance, and points are paid in
proportion. The test of the activations takes its points.
"""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Linear(solution.Network):
    """A network whose hidden layers are linear."""

    def layers(self, X):
        """Return what every layer makes of the inputs."""
        outputs = [X]
        for W, b in zip(self.params[::2], self.params[1::2], strict=True):
            outputs.append(outputs[-1] @ W + b)
        return outputs

    def update(self, outputs, delta, lr):
        """Make one step downhill."""
        gradients = []
        for number in range(len(outputs) - 2, -1, -1):
            gradients[:0] = [outputs[number].T @ delta, delta.sum(axis=0)]
            delta = delta @ self.params[2 * number].T
        self._adam(gradients, lr)


solution.Network = Linear
