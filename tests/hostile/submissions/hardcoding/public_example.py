"""Knows the public example by heart."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "the answer of the public example, stored, and a wrong one for all else"

CELLS = [
    HONEST_HALF,
    r"""
def softmax(z):
    if z.shape == (1, 2):
        return np.array([[0.5, 0.5]])
    return np.full(z.shape, 1 / z.shape[1])
""",
]
