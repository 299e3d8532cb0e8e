"""Answers with things that have not happened yet."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns generators, maps, coroutines, iterators and infinite sequences"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import itertools


async def later():
    return 0.0


class Endless:
    __len__ = lambda self: 2**62
    __getitem__ = lambda self, key: self
    __iter__ = lambda self: itertools.repeat(0.0)


answers = itertools.cycle([
    lambda: (value for value in itertools.count()), lambda: map(float, "123"), lambda: Endless(),
    lambda: itertools.repeat(0.0), lambda: iter([1, 2]), lambda: range(10**18), lambda: zip(),
    lambda: memoryview(b"12345678"), lambda: {}.keys(), lambda: Endless])
""",
    prizes_by("next(answers)()"),
    """
def describe(p):
    coroutine = later()
    coroutine.close()
    return coroutine
""",
]
