"""Known mistake: training ends long before it is done.

Earns points because: most of what can be learnt is learnt in the first five epochs, and the points
of a metric rise with what was learnt. A history of five epochs loses the points of early stopping.
"""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Tired(solution.Adam):
    """Adam that stops after 5 epochs of 15 batches."""

    def step(self, network, gradients, rows):
        """Change a network's parameters by one of the first 75 steps."""
        if self.steps < 75:
            super().step(network, gradients, rows)


solution.Adam = Tired
