"""Answers with more than anybody can hold."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "answers of hundreds of megabytes, in arrays, texts, numbers and many small parts"

CELLS = [
    HONEST_HALF,
    r"""
def softmax(z):
    return np.zeros(40_000_000)

def mean_loss(p, y):
    return 1 << 100_000_000

def step(params, grads, rate):
    return {str(number): [number] for number in range(190_000)}

def describe(p):
    return [(number, True) for number in range(5_000_000)]

def forward(x, w):
    return np.broadcast_to(np.float64(1), (10**6, 10**4)), "x" * 100_000_000

class Momentum:
    velocity = None

    def __init__(self, rate, decay):
        self.blob = bytes(50_000_000)

    def step(self, w, grad):
        return np.lib.stride_tricks.as_strided(np.zeros(1), (10**5, 10**5), (0, 0))
""",
]
