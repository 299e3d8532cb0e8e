"""Prints and displays without end."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "hundreds of megabytes of output from cells and from every call"

CELLS = [
    HONEST_HALF,
    r"""
import os
from IPython.display import HTML, display

def flood():
    print("flood " * 1_000_000)
    for _ in range(200):
        os.write(1, b"raw " * 16_000)
    display(HTML("<b>" * 1_000_000))

flood()
honest = affine

def affine(x, w, b):
    flood()
    return honest(x, w, b)

def softmax(z):
    while True:
        flood()
""",
]
