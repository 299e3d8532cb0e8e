"""Answers with what has no end."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "endless generators, sequences of endless length and answers that contain themselves"

CELLS = [
    HONEST_HALF,
    r"""
import itertools

class Endless:
    def __len__(self):
        return 10**12

    def __getitem__(self, index):
        if isinstance(index, int) and index > 50:
            raise IndexError("tired")
        return self

    def __iter__(self):
        return itertools.repeat(self)

def softmax(z):
    return itertools.count()

def mean_loss(p, y):
    loop = []
    loop.append(loop)
    return loop

def step(params, grads, rate):
    return Endless()

def describe(p):
    return ((index, True) for index in itertools.count())

def forward(x, w):
    return Endless()
""",
]
