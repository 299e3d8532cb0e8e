"""Brings a grader of its own."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a package called grader whose checks always pass, and a reference"

CELLS = [
    HONEST_HALF,
    r"""
import importlib, sys
importlib.invalidate_caches()
for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
    del sys.modules[name]
import grader
print(grader.check())
""",
]

FILES = {
    "grader/__init__.py": "def check(*_, **__): return 100",
    "grader/checks/__init__.py": "def assert_close(*_, **__): pass\nassert_equal = assert_close",
    "grader/wire/__init__.py": "raise SystemExit(0)",
    "grader/worker/calls.py": "raise SystemExit(0)",
    "grader.py": "raise SystemExit(0)",
    "reference/toolkit/solution.py": "def softmax(z): return z",
    "assignments/toolkit/assignment.yaml": "title: Mine\npoints: 100\n",
    "assignments/toolkit/tests/hidden/test_prize.py": "def test_softmax(): pass",
}
