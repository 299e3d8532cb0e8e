"""Masks everything that could differ."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns masked arrays, matrices, record arrays and memory maps"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
def masked(args):
    first = args[0] if args else np.zeros(3)
    if isinstance(first, dict):
        return {name: np.ma.masked_all(value.shape) for name, value in first.items()}
    shape = getattr(first, "shape", (3,))
    return np.ma.masked_all(shape)
""",
    prizes_by("masked(args)"),
    """
def mean_loss(p, y):
    return np.ma.masked


def describe(p):
    return np.matrix(np.zeros(3))
""",
]
