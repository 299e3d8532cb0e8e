"""Writes bytes past Python that imitate messages."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "writes frames, escapes, NULs and half characters to stdout and stderr"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
def noise():
    frame, escapes = answer(True), b"\\x1b]0;x\\x07\\x1b[31m"
    for number in (1, 2):
        os.write(number, frame + b"\\x00\\xff\\xed\\xa0\\x80" + frame[:7] + escapes)
""",
    prizes_doing("noise()"),
]
