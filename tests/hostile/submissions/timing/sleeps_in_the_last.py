"""Sleeps in the last test, to be given up unfinished."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a method of the last test that sleeps until it is stopped"

LEVELS = "AC"  # ten seconds each

CELLS = [
    HONEST_HALF,
    r"""
import time

class Momentum:
    velocity = None

    def __init__(self, rate, decay):
        pass

    def step(self, w, grad):
        time.sleep(600)
""",
]
