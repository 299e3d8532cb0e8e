"""Replaces modules that the worker uses."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "modules of its own in sys.modules, so that everything is equal to everything"

CELLS = [
    HONEST_HALF,
    r"""
import sys, types

class Yes(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: True

for name in ("numpy", "numpy.testing", "json", "struct", "difflib", "linecache", "pickle",
             "grader", "grader.wire", "grader.checks",
             "grader.worker.calls", "grader.worker.server",
             "torch", "tensorflow", "keras", "pandas", "pytest", "IPython"):
    sys.modules[name] = Yes(name)

softmax = mean_loss = step = describe = sys.modules["numpy"].anything
""",
]
