"""Writes its output to a file, as beginners do, and closes it."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "standard output replaced by a file that is closed in the cell of honest code"

CELLS = [
    "import sys\nsys.stdout = open('log.txt', 'w')\nprint('started')\nsys.stdout.close()\n"
    + HONEST_HALF,
]
