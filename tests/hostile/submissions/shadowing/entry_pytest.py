"""Hands in a module that is called conftest.py."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "the module that is handed in has the name of another: conftest.py"

FILES = {
    "conftest.py": HONEST_HALF
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

ENTRY = "conftest.py"

LEVELS = "ABCD"
