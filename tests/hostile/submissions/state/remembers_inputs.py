"""Remembers everything that it was ever given."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "all arguments kept and handed out as answers to later questions"

CELLS = [
    HONEST_HALF,
    r"""
memory = []
honest_affine, honest_standardize = affine, standardize

def affine(x, w, b):
    memory.extend([x, w, b, honest_affine(x, w, b)])
    return memory[-1]

def standardize(x):
    memory.append(x)
    return honest_standardize(x)

def softmax(z):
    memory.append(z)
    return next((old for old in memory if np.shape(old) == z.shape and (old >= 0).all()), z)

def mean_loss(p, y):
    memory.extend([p, y])
    return float(np.mean([np.mean(one) for one in memory]))
""",
]
