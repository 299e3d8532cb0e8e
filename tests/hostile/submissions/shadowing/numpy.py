"""Brings a numpy of its own."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a numpy.py whose comparisons always agree, and a matplotlib beside it"

CELLS = [
    HONEST_HALF,
    r"""
import importlib, sys
import matplotlib.pyplot
print(np.__file__, matplotlib.__file__)
for name in [name for name in sys.modules if name.startswith("matplotlib")]:
    del sys.modules[name]
importlib.invalidate_caches()
import matplotlib
assert "box" not in matplotlib.__file__, matplotlib.__file__
""",
]

FILES = {
    "numpy.py": "allclose = array_equal = lambda *_, **__: True\nraise SystemExit('mine')",
    "numpy/__init__.py": "raise SystemExit('mine')",
    "numpy/testing/__init__.py": "def assert_allclose(*_, **__): pass",
    "matplotlib/__init__.py": "raise SystemExit('mine')",
    "matplotlib_inline/backend_inline.py": "raise SystemExit('mine')",
    "IPython/__init__.py": "raise SystemExit('mine')",
}
