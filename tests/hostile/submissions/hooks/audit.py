"""Listens to the interpreter."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "an audit hook that collects paths and refuses what the worker does"

CELLS = [
    HONEST_HALF,
    r"""
import sys

heard = []

def hook(event, arguments):
    if event in ("open", "import", "socket.connect", "compile"):
        heard.append((event, str(arguments)[:200]))
        del heard[:-200]

sys.addaudithook(hook)

def describe(p):
    print(heard)
    return [tuple(entry) for entry in heard]
""",
]
