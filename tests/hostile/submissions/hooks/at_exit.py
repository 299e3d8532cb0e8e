"""Leaves work for the end of the process."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "exit handlers that print a grade and end the process with 0"

CELLS = [
    HONEST_HALF,
    r"""
import atexit, os, threading, weakref

def leave(*_):
    os.write(1, b'{"score": 100, "max_score": 100, "status": "graded"}')
    os._exit(0)

atexit.register(leave)
weakref.finalize(affine, leave)
threading._register_atexit(leave)
os.register_at_fork(before=leave, after_in_child=leave)

def softmax(z):
    raise SystemExit(0)

def mean_loss(p, y):
    raise KeyboardInterrupt
""",
]
