"""Writes and prints what is costly for patterns that search a text."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a hundred thousand empty lines of source, and endless lines, returns and escapes printed"

CELLS = [
    HONEST_HALF,
    "\n" * 100_000 + "x = 1",
    """
for unit in ("no end ", "\\r", "a\\r", "\\x1b]", "\\x1b[1;", "$", "`", "[", "<", "_ *", "> "):
    print(unit * (20_000 // len(unit)))
""",
]
