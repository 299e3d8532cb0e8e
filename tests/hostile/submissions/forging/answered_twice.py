"""Answers the same request twice, or a thousand times."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "sends its own answer before the worker sends the real one"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
def twice():
    send(answer(None), answer(True), answer({"k": "list", "v": []}))


def thousand():
    send(*[answer(True)] * 1000)
""",
    prizes_doing("twice()"),
    "def mean_loss(p, y):\n    thousand()\n    return 0.0",
]
