"""Ignores every signal and then does not stop."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "all signals ignored or handled, and an endless loop in a function"

CELLS = [
    HONEST_HALF,
    r"""
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

def softmax(z):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
]
