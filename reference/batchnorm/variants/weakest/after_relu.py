"""Honest: batch normalization after the rectifier instead of before it, which the task allows."""

import numpy as np
import solution
from solution import *  # noqa: F403


class AfterRelu(solution.Network):
    """The network with the two steps of a hidden layer exchanged."""

    def scores(self, X, training):
        """Return the scores before the softmax, and a cache for each layer."""
        if not self.running:
            return super().scores(X, training)
        caches, below = [], X
        for layer in (1, 2):
            z = below @ self.weights[f"W{layer}"] + self.weights[f"b{layer}"]
            out, norm, self.running[layer - 1] = solution.batchnorm_forward(
                np.maximum(z, 0.0),
                self.weights[f"gamma{layer}"],
                self.weights[f"beta{layer}"],
                self.running[layer - 1],
                training,
            )
            caches.append((below, z, norm))
            below = out
        return below @ self.weights["W3"] + self.weights["b3"], [*caches, below]

    def gradients(self, delta, caches):
        """Return the gradient of every weight."""
        if not self.running:
            return super().gradients(delta, caches)
        *hidden, last = caches
        found = {"W3": last.T @ delta, "b3": delta.sum(axis=0)}
        for layer in (2, 1):
            below, z, norm = hidden[layer - 1]
            dout = delta @ self.weights[f"W{layer + 1}"].T
            dx, found[f"gamma{layer}"], found[f"beta{layer}"] = solution.batchnorm_backward(
                dout, norm
            )
            delta = dx * (z > 0)
            found[f"W{layer}"], found[f"b{layer}"] = below.T @ delta, delta.sum(axis=0)
        return found


def build_model(batchnorm, seed, n_features=784):
    """Build the network n_features-300-100-10."""
    return AfterRelu(batchnorm, seed, n_features)


solution.build_model = build_model  # for its ablate()
