"""Watches every call and return of the process."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "trace and profile functions that look for expected values in all frames"

CELLS = [
    HONEST_HALF,
    r"""
import sys, threading

seen = []

def spy(frame, event, argument):
    for name, value in list(frame.f_locals.items())[:20]:
        if name in ("expected", "reference", "header", "request", "args"):
            seen.append((frame.f_code.co_name, name, value))
    del seen[:-50]
    return spy

for install in (sys.settrace, sys.setprofile, threading.settrace, threading.setprofile):
    install(spy)

def mean_loss(p, y):
    numbers = [value for _, _, value in seen if isinstance(value, float)]
    print(seen)
    return numbers[-1] if numbers else 0.0
""",
]
