"""Answers when nobody asks any more."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a thread that sends answers to old questions while later ones are asked"

CELLS = [
    HONEST_HALF,
    r"""
import gc, threading, time

CHANNEL = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")

def late(number):
    time.sleep(0.02)
    CHANNEL.send({"id": number, "ok": True, "value": 1.0})

def softmax(z):
    requests = [one for one in gc.get_objects()
                if isinstance(one, dict) and one.get("op") == "call" and "id" in one]
    for request in requests:
        threading.Thread(target=late, args=(request["id"],)).start()
    time.sleep(0.2)
    return z

def mean_loss(p, y):
    return softmax(p)
""",
]
