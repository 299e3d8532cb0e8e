"""Interrupts the worker all the time."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a timer whose handler prints in the middle of the messages to the grader"

CELLS = [
    HONEST_HALF,
    r"""
import signal

def ring(*_):
    print("ring" * 200, flush=True)

signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
""",
]
