"""Writes to whatever descriptor it has."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "writes noise and answers to descriptors 0 to 1023"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
def everywhere():
    data = answer(True) + b"\\x00" * 9 + b"PASSED 100/100\\n" + bytes(range(256))
    for number in range(1024):
        for attempt in (os.write, lambda n, d: os.pwrite(n, d, 0)):
            try:
                attempt(number, data)
            except OSError:
                pass
""",
    prizes_doing("everywhere()"),
]
