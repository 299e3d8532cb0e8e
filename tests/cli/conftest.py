"""The command line, called in this process or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from grader.cli.app import app
from grader.model import Assignment

INTERFACE = {"f": {"signature": "(x)", "summary": "Doubles.", "returns": "2 * x"}}
PUBLIC = """
    @pytest.mark.points(2)
    @pytest.mark.hint("Twice as much.")
    def test_two(submission):
        '''f(2) is 4.'''
        assert submission.f(2) == 4
"""
HIDDEN = """
    @pytest.mark.points(8)
    def test_many(submission, rng):
        '''f doubles any number.'''
        for number in rng.integers(100, size=5).tolist():
            assert submission.f(number) == 2 * number
"""
RIGHT = "def f(x):\n    return 2 * x\n"
WRONG = "def f(x):\n    return x + 2\n"


@pytest.fixture
def toy(course, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    """An assignment of 2 public and 8 hidden points, in the course that commands find."""
    monkeypatch.setenv("GRADER_COURSE", str(course.root))
    return course.assignment(
        HIDDEN, public=PUBLIC, reference=RIGHT, interface=INTERFACE, summary="Twice."
    )


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes modules by student, and returns the class's folder."""

    def write(**sources: str) -> Path:
        for student, source in sources.items():
            folder = tmp_path / "class" / student
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "toy.py").write_text(source, encoding="utf-8")
        return tmp_path / "class"

    return write


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that calls a command in this process; errors are raised as they are."""
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()

    def run(*arguments: object) -> Result:
        result = runner.invoke(app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts the command as a process of its own."""

    def popen(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        )

    return popen
