"""The weakest honest variant: rates of a coarse grid, a factor of three too careful."""

import solution
from solution import *  # noqa: F403

solution.LEARNING_RATES = {
    "sgd": 0.1,
    "momentum": 0.03,
    "adagrad": 0.03,
    "rmsprop": 0.003,
    "adam": 0.003,
}
