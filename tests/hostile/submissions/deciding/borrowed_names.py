"""Calls its classes by the names of plain types."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns objects whose type claims to be float, ndarray, dict or Momentum"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import itertools


def named(name, module):
    def yes(self, *args):
        return True

    kind = type(name, (), {"__eq__": yes, "__hash__": lambda self: 1, "__len__": lambda self: 3,
                           "__getitem__": lambda self, key: 0.0, "shape": (3, 4),
                           "dtype": np.dtype(float), "__array__": lambda self, *args: np.zeros(3)})
    kind.__module__, kind.__qualname__ = module, name
    return kind()


answers = itertools.cycle([named("float", "builtins"), named("ndarray", "numpy"), None,
                           named("dict", "builtins"), named("Momentum", "__main__"),
                           named("approx", "pytest"), named("list", "builtins"),
                           named("Tensor", "torch"), named("DataFrame", "pandas"),
                           named("Handle", "grader.checks.proxy"), named("", ""),
                           named("x" * 99999, "<script>")])
""",
    prizes_by("next(answers)"),
]
