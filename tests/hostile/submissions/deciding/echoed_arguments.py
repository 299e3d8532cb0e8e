"""Answers with what it was asked."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns the arguments, and all that it was ever given"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
seen = []


def echo(args):
    seen.extend(args)
    return seen[-1] if seen else None
""",
    prizes_by("echo(args)"),
]
