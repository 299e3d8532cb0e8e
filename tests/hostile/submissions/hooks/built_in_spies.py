"""Wraps the built-in functions that the worker needs."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "built-in functions that look at what they are given and pass it on"

CELLS = [
    HONEST_HALF,
    r"""
import builtins, functools

met = []

def wrapped(function):
    @functools.wraps(function)
    def spy(*args, **kwargs):
        met.append((function.__name__, [str(type(argument)) for argument in args]))
        del met[:-100]
        return function(*args, **kwargs)
    return spy

for name in ("len", "open", "getattr", "setattr", "hasattr", "sorted", "repr", "callable", "id",
             "__import__", "__build_class__", "print", "compile", "exec", "eval"):
    setattr(builtins, name, wrapped(getattr(builtins, name)))

def describe(p):
    return [(call, True) for call in met]
""",
]
