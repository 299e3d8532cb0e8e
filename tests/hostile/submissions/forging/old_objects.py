"""Keeps objects of earlier tests and answers with them."""

from __future__ import annotations

from base import FORGE, HONEST_HALF

ABOUT = "uses the object table across tests, and gives one object many numbers"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
from grader.worker.objects import ObjectTable

kept = []
ObjectTable.clear = lambda self: kept.append(dict(self._objects))


def old(kind=object):
    for table in kept:
        for value in table.values():
            if isinstance(value, kind):
                return value
    return 0.0


def softmax(z):
    return old(np.ndarray)


def mean_loss(p, y):
    return old(float)


def step(params, grads, rate):
    return old(dict)


def describe(p):
    return old(list)


def forward(x, w):
    return old(np.ndarray), old(Tally)


def backward(cache, dout):
    return old(np.ndarray)


class Momentum(Tally):
    def __init__(self, *args):
        super().__init__()
        self.velocity = old(np.ndarray)

    def step(self, w, grad):
        return old(np.ndarray)
""",
]
