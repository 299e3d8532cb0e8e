"""Answers with functions, classes, modules and markers."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns NotImplemented, Ellipsis, modules, exceptions and functions"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import itertools
import sys
import unittest.mock

answers = itertools.cycle([
    NotImplemented, Ellipsis, np, len, float, AssertionError("passed"), sys, lambda *args: True,
    unittest.mock.ANY, unittest.mock.MagicMock(), property(), type, sys._getframe(), 10**5000,
    1e400, 2**64, -0.0, slice(None), np.float64, np.add, np.newaxis, np.random.default_rng()])
""",
    prizes_by("next(answers)"),
]
