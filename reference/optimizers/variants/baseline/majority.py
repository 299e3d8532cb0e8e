"""Trivial: answers with the frequencies of the classes among the training rows."""

import numpy as np
import solution
from solution import *  # noqa: F403


def frequencies(update, lr, params, batches):
    """Return a network that ignores its inputs."""
    counts = np.bincount(np.concatenate([y for _, y in batches]), minlength=10)
    ignorant = {name: np.zeros_like(value) for name, value in params.items()}
    return ignorant | {"b2": np.log((counts + 1.0) / (counts.sum() + 10.0))}


solution.fit = frequencies
