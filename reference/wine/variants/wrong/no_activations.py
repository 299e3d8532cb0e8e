"""Known mistake: hidden layers without activations, which collapse into one linear layer.

Earns points because: what makes a wine good is nearly a weighted sum of its properties, in the twin
as in the published table, where logistic regression is as good. The test of the hidden units, which
looks for the kinks of ReLU, takes its points.
"""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Linear(solution.Network):
    """A network whose hidden layers are linear."""

    def activations(self, X):
        """Return the inputs of every layer, and the probabilities (n,) at the end."""
        inputs = [X]
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            inputs.append(inputs[-1] @ W + b)
        z = (inputs[-1] @ self.weights[-1] + self.biases[-1])[:, 0]
        return inputs, 1 / (1 + np.exp(-z))

    def gradients(self, X, y):
        """Return the gradients of the mean cross-entropy, ordered as `parameters`, and p (n,)."""
        inputs, p = self.activations(X)
        delta = ((p - y) / len(y))[:, None]
        dW, db = [], []
        for layer in reversed(range(len(self.weights))):
            dW.append(inputs[layer].T @ delta)
            db.append(delta.sum(axis=0))
            delta = delta @ self.weights[layer].T
        return [*reversed(dW), *reversed(db)], p


solution.Network = Linear
