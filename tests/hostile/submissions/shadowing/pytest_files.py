"""Brings files that pytest reads."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "conftest.py, pytest.ini and others, in the places where tests would be"

CELLS = [
    HONEST_HALF,
    r"""
import os
print(sorted(os.listdir()))
""",
]

FILES = {
    place + name: text
    for place in ("", "tests/", "tests/hidden/", "assignments/toolkit/tests/hidden/", "../x/"[3:])
    for name, text in (
        (
            "conftest.py",
            "import pytest, os\n"
            "@pytest.hookimpl(hookwrapper=True)\n"
            "def pytest_runtest_makereport(item, call):\n"
            "    call.excinfo = None\n    yield\n"
            "def pytest_configure(config): os._exit(0)\n",
        ),
        ("pytest.ini", "[pytest]\naddopts = --collect-only -p evil\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '--co'\n"),
        ("test_prize.py", "def test_softmax(): pass\ndef test_mean_loss(): pass\n"),
        ("tox.ini", "[pytest]\naddopts = --co\n"),
    )
}
