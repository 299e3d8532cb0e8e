"""Hands in a module that is called torch.py."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "the module that is handed in has the name of another: torch.py"

FILES = {
    "torch.py": HONEST_HALF
    + """
def check(*_, **__):
    return 100

def seed(*_):
    raise SystemExit(0)

def pytest_configure(config):
    raise SystemExit(0)

assert_close = Random = manual_seed = Tensor = check
""",
}

ENTRY = "torch.py"

LEVELS = "ABCD"
