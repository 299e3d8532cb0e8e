"""Burns processor time beside its answers."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "eight threads that compute for ever while the tests run"

CELLS = [
    HONEST_HALF,
    r"""
import threading

def burn():
    while True:
        pow(3, 10**4, 10**5)

for _ in range(8):
    threading.Thread(target=burn, daemon=True).start()
""",
]
