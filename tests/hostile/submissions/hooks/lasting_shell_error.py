"""Raises from the hooks of the shell while a cell runs."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a cell after which the shell itself raises, between honest cells"

CELLS = [
    r"""
from IPython import get_ipython

class Broken(Exception):
    def __str__(self):
        raise SystemExit("not even a message")

    __repr__ = __str__

def shown(*_, **__):
    raise Broken

get_ipython().events.register("post_run_cell", lambda *_: shown())
raise Broken
""",
    "1 / 0",
    HONEST_HALF,
    "raise SystemExit",
]
