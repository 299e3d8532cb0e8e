"""Known mistake: the weights of the last epoch are returned, not the best ones.

Earns points because: with 40 epochs at most and patience 5 the last weights are nearly as good as
the best. The test of the best weights, in which the two differ a lot, takes its points.
"""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


class Last(solution.Network):
    """A network that does not restore."""

    def set_parameters(self, arrays):
        """Keep the parameters as they are."""


solution.Network = Last
