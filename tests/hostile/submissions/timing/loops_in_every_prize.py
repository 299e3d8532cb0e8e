"""Loops in every function that it cannot write."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "endless loops, each of which costs a worker and a new start of the notebook"

CELLS = [
    HONEST_HALF,
    r"""
def softmax(z):
    while True:
        np.linalg.svd(np.ones((200, 200)))

def mean_loss(p, y):
    return 10 ** 10 ** 8 % 7

def describe(p):
    import re
    re.match("(a*)*b", "a" * 60)
""",
]
