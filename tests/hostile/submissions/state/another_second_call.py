"""Behaves in another way from the second call on."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "counts its calls: the first answer is a question, the second repeats it"

CELLS = [
    HONEST_HALF,
    r"""
calls = {}

def again(name, value):
    calls.setdefault(name, value)
    return calls[name]

def softmax(z):
    return again("softmax", z)

def mean_loss(p, y):
    return again("mean_loss", 1.0)

class Momentum:
    velocity = None
    last = None

    def __init__(self, rate, decay):
        self.rate, self.decay = rate, decay

    def step(self, w, grad):
        Momentum.last = w if Momentum.last is None else Momentum.last
        return Momentum.last
""",
]
