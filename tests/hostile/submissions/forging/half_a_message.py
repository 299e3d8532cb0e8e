"""Sends half an answer and then nothing, or one byte at a time."""

from __future__ import annotations

from base import FORGE, HONEST_HALF

ABOUT = "lets the grader wait for the rest of a message"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
def mean_loss(p, y):
    send(answer(0.0)[:-9])
    time.sleep(60)


def describe(p):
    send(answer(0.0)[:-9])
    os._exit(0)
""",
]
