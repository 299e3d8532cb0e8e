"""Known mistake: the weights of the last epoch are returned, not the best ones.

Earns points because: with 20 epochs at most and patience 5 the last weights are nearly as good as
the best. The test of the best weights, in which the two differ a lot, takes its points.
"""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Last(solution.Network):
    """A network that keeps the weights that it has."""

    def __setattr__(self, name, value):
        """Set an attribute, but never the parameters a second time."""
        if name != "params" or "params" not in vars(self):
            super().__setattr__(name, value)


solution.Network = Last
