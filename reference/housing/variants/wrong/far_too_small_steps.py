"""Known mistake: a learning rate of 0.00003, with which 20 epochs do not suffice."""

import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows

solution.LEARNING_RATE = 0.00003
