"""Replaces what the worker prints to."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "streams that are closed, None, or raise SystemExit when they are flushed"

CELLS = [
    HONEST_HALF,
    r"""
import os, sys

class Mute:
    def write(self, text):
        raise KeyboardInterrupt

    def flush(self):
        raise SystemExit(0)

sys.stdout = Mute()
sys.stderr = None
sys.__stdout__ = sys.__stderr__ = Mute()
os.close(0)
os.close(1)
os.close(2)
""",
]
