"""Raises from files and lines that it made up."""

from __future__ import annotations

from base import HONEST_HALF
from poisons import POISONS

ABOUT = "tracebacks whose file names, function names and lines are poison"

CELLS = [
    HONEST_HALF,
    f"POISONS = {POISONS!r}",
    """
import linecache

def failing(poison):
    name = poison.replace(chr(0), "")[:200]
    linecache.cache[name] = (len(poison), None, [poison + "\\n"] * 9, name)
    code = compile("def f(*_):\\n    raise Exception(_)", name, "exec")
    scope = {"__name__": name, "__file__": name}
    exec(code, scope)
    scope["f"].__code__ = scope["f"].__code__.replace(co_name=name, co_qualname=name)
    return scope["f"]

softmax, mean_loss, step, describe, forward, Momentum = map(failing, POISONS[:6])
""",
    *[f"failing(POISONS[{n}])(POISONS[{n}])" for n in range(13)],
]
