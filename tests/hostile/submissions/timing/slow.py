"""Is slow on purpose, and stays under every limit."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "sleeps and loops in each honest call that stay below the deadlines"

CELLS = [
    HONEST_HALF,
    r"""
import time

honest = affine, standardize

def affine(x, w, b):
    time.sleep(0.2)
    return honest[0](x, w, b)

def standardize(x):
    until = time.process_time() + 0.5
    while time.process_time() < until:
        pass
    return honest[1](x)
""",
]
