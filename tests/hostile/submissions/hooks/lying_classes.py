"""Raises exceptions of classes that lie about themselves."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "metaclasses whose names and orders of resolution are no names and no orders"

CELLS = [
    HONEST_HALF,
    r"""
class Lie(type):
    __name__ = property(lambda cls: 7)
    __mro__ = property(lambda cls: 1 / 0)

    def __instancecheck__(cls, value):
        raise SystemExit

class Wrong(Exception, metaclass=Lie):
    __traceback__ = property(lambda self: 3)
    __cause__ = __context__ = property(lambda self: 1 / 0)

    def __str__(self):
        raise Wrong

    __repr__ = __str__

def softmax(z):
    raise Wrong

def mean_loss(p, y):
    class Number(float, metaclass=Lie):
        pass
    return Number(1.0)

def describe(p):
    return Lie("Listing", (), {"__len__": lambda self: -1})()
""",
]
