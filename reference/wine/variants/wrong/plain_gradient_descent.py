"""Known mistake: stochastic gradient descent with learning rate 0.01 where Adam was asked for.

Earns points because: 40 epochs of it learn most of a target that is nearly a weighted sum of the
inputs. Nothing but the loss shows which optimizer was used, and the loss is what is paid.
"""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Descent(solution.Adam):
    """The plain rule."""

    def step(self, network, gradients, rows):
        """Change a network's parameters by one step."""
        arrays = (*network.weights, *network.biases)
        for array, gradient in zip(arrays, gradients, strict=True):
            array -= 0.01 * gradient  # noqa: PLW2901 - in place


solution.Adam = Descent
