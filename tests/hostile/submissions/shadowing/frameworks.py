"""Brings modules that are called like forbidden packages."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "its own torch.py, which must not open the way to the real torch"

LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    r"""
import torch, tensorflow, pandas, keras, sympy
assert all(module.MINE for module in (torch, tensorflow, pandas, keras, sympy))
import sys
sys.path.reverse()
del sys.modules["torch"]
import torch
if hasattr(torch, "softmax"):
    def softmax(z):
        return torch.softmax(torch.tensor(z), 1)
""",
]

FILES = {
    "torch.py": "MINE = True\n",
    "tensorflow.py": "MINE = True\n",
    "pandas.py": "MINE = True\n",
    "keras.py": "MINE = True\n",
    "sympy/__init__.py": "MINE = True\n",
}
