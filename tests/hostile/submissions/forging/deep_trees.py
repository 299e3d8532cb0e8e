"""Sends values that nest, repeat or contradict themselves."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "sends deep, cyclic-looking and malformed value trees"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
import itertools


def deep(levels, kind="list"):
    tree = True
    for _ in range(levels):
        tree = {"k": kind, "v": [tree]}
    return tree


trees = itertools.cycle([
    deep(30), deep(100), deep(110, "set"), {"k": "dict", "v": [[deep(9), 1]] * 3}, {"k": "x"}, {},
    {"k": ["list"], "v": []}, {"k": "dict", "v": [[1, 1], [True, 2], [1.0, 3]]}, [1, 2],
    {"k": "set", "v": [(2**61 - 1) * n for n in range(5000)]}, {"k": "integer", "v": "f" * 10**6},
    {"k": "range", "v": [0, 10**30, 1]}, {"k": "scalar", "d": "<f8", "x": "00"},
    {"k": "scalar", "d": "O", "x": "00" * 8}, {"k": "complex", "v": ["nan", "inf"]},
    {"k": "objects", "s": [2**40], "v": []}, {"k": "array", "s": [1], "d": "<f8", "b": 5},
    {"k": "array", "s": [-1], "d": "<f8", "b": 0}, {"k": "array", "s": [2**63] * 4, "d": "|O"},
    {"k": "array", "s": [1] * 64, "d": "|V8", "b": 0}, {"k": "bytes", "b": -1},
    {"k": "plain", "v": {"k": "plain", "v": {"k": "tuple", "v": "abc"}}}])
""",
    prizes_doing("send(answer(next(trees), bytes(8)))"),
    "def describe(p):\n    send(*(answer(next(trees)) for _ in range(25)))",
]
