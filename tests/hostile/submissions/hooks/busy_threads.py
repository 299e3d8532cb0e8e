"""Goes on between the tests."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "threads that print, change global names and look for answers between tests"

CELLS = [
    HONEST_HALF,
    r"""
import threading, time

def chat():
    while True:
        print("x" * 5000, flush=True)
        time.sleep(0.0005)

def rename():
    while True:
        for candidate in (np.exp, np.tanh, np.sort, abs):
            globals()["softmax"] = candidate
            time.sleep(0.001)

for work in (chat, chat, rename):
    threading.Thread(target=work, daemon=True).start()
threading.Thread(target=chat, daemon=False).start()
""",
]
