"""Known mistake: two epochs only.

Earns points because: two epochs are 94 steps of Adam, after which more than half of the variance is
explained, and points are paid in proportion.
"""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows

solution.EPOCHS = 2
