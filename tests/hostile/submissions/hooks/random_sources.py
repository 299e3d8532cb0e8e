"""Patches the random sources that the worker seeds before each test."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "random functions that raise, or remember with which seeds they are called"

CELLS = [
    HONEST_HALF,
    r"""
import random

seeds = []

def remember(seed=None, *_):
    seeds.append(seed)
    raise RuntimeError("no seeds")

random.seed = np.random.seed = np.random.default_rng = remember
random.Random = np.random.Generator = None

def mean_loss(p, y):
    return [float(seed) for seed in seeds]
""",
]
