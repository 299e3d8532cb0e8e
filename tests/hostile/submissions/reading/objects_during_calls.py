"""The same from inside a call, when a test has just asked something."""

from __future__ import annotations

from base import HONEST_HALF, HUNT

ABOUT = "looks for expected values in frames and objects while a test waits"

CELLS = [
    HONEST_HALF.replace("    return x @ w + b", "    spy()\n    return x @ w + b"),
    HUNT,
    """
import gc
import inspect


def spy():
    # What is printed during a call goes nowhere, so a find is raised: that costs honest points.
    for info in inspect.stack():
        for name, value in info.frame.f_locals.items():
            if SECRET.search(repr(value)[:5000].encode("utf-8", "replace")):
                raise RuntimeError(f"found {name} = {value}")
    for thing in gc.get_objects():
        if type(thing) is dict and {"CANARY", "expected", "verdicts"} & {*map(str, thing)}:
            raise RuntimeError(f"found {thing}")


def others():
    '''Every array that is alive somewhere.'''
    spy()
    return [value for value in gc.get_objects() if isinstance(value, np.ndarray)]


def softmax(z):
    arrays = [one for one in others() if one.shape == z.shape and one is not z]
    return arrays[0] if arrays else z


def mean_loss(p, y):
    floats = [value for info in inspect.stack() for value in info.frame.f_locals.values()]
    return next((value for value in floats if type(value) is float), 0.0)
""",
]
