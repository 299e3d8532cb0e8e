"""Breaks the interpreter for itself."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "built-in functions that all lie: the process ends, and goes on without that cell"

CELLS = [
    HONEST_HALF,
    r"""
import builtins

builtins.isinstance = lambda *_: True
builtins.len = lambda *_: 0
builtins.type = lambda *_: dict
""",
]
