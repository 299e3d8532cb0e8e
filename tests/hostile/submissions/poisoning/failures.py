"""Fails with poison: in exceptions, their classes, tracebacks and what its functions return."""

from __future__ import annotations

from base import HONEST_HALF
from poisons import POISONS

ABOUT = "exceptions, class names, tracebacks and answers that would run script in a page"

CELLS = [
    HONEST_HALF,
    f"POISONS = {POISONS!r}",
    *[f"raise type(POISONS[{n}], (Exception,), {{}})(POISONS[{n}])" for n in range(len(POISONS))],
    """
def named(name):
    code = (lambda: 1 / 0).__code__.replace(co_name=name, co_filename=name, co_qualname=name)
    return type(named)(code, {})

def softmax(z):
    raise type(POISONS[0], (ValueError,), {})(POISONS[1])

def mean_loss(p, y):
    return POISONS[0]

def step(params, grads, rate):
    return {poison: poison for poison in POISONS}

def describe(p):
    return [type(POISONS[2], (), {})(), *POISONS]

def forward(x, w):
    return named(POISONS[0])()

class Momentum:
    def __init__(self, rate, decay):
        Momentum.__name__ = Momentum.__qualname__ = POISONS[0]

    def step(self, w, grad):
        raise KeyError(POISONS[4], *POISONS)
""",
    "1 +   # <script>window.__pwned=1</script>",
    """
import os
print("<script>window.__pwned=1</script>")
os.write(1, b"<img src=x onerror=window.__pwned=1>")
os._exit(3)
""",
]
