"""Answers what is most often right."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "typical numbers, shapes and exceptions instead of an answer"

CELLS = [
    HONEST_HALF,
    r"""
def mean_loss(p, y):
    return float(np.log(p.shape[1]))

def step(params, grads, rate):
    if rate != 0.5:
        raise ValueError("the rate must be positive")
    return params

def describe(p):
    return [(0, False)] * len(p)

def forward(x, w):
    return x @ w, None

def backward(cache, dout):
    return np.zeros((3, 2))
""",
]
