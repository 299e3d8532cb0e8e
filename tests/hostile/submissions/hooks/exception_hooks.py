"""Ends the process when anything is raised."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "exception hooks of process and threads that end the process with 0"

CELLS = [
    HONEST_HALF,
    r"""
import os, sys, threading

def leave(*_):
    os._exit(0)

sys.excepthook = threading.excepthook = sys.unraisablehook = leave

def softmax(z):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
""",
]
