"""Acts whenever garbage is collected."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "collector callbacks, finalisers and cycles that print and raise all the time"

CELLS = [
    HONEST_HALF,
    r"""
import gc, weakref

class Bomb:
    def __init__(self):
        self.me = self

    def __del__(self):
        Bomb()
        print("gone", flush=True)
        raise SystemExit("from a finaliser")

def often(phase, info):
    print(phase, flush=True)
    raise KeyboardInterrupt

gc.callbacks.append(often)
gc.set_threshold(50, 2, 2)
for _ in range(20):
    Bomb()
""",
]
