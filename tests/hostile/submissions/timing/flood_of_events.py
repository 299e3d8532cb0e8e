"""Sends the grader far more events than it asked for."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "events and displays sent past the worker own allowance, by its own connection"

CELLS = [
    HONEST_HALF,
    r"""
import gc

CHANNEL = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")

def softmax(z):
    for number in range(3_000_000):
        bundle = {"text/plain": "x" * 100}
        CHANNEL.send({"event": "display_data", "data": bundle, "display_id": str(number)})

def mean_loss(p, y):
    while True:
        CHANNEL.send({"event": "stream", "name": "stdout", "text": "y" * 100_000})

def step(params, grads, rate):
    while True:
        CHANNEL.send({"event": "clear_output"})
""",
]
