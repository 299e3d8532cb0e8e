"""What a process is told before it runs a student's code, and the steps that follow from it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from grader.worker.imports import ImportRule
from grader.worker.seeding import seed_all

__all__ = ["Settings", "enter"]


class Settings(NamedTuple):
    """The rules of one run.

    Attributes:
        allowed: third-party packages that the submission may import; empty allows all.
        own: top-level names of the submission's own modules.
        seed: for everything random while the cells run.
    """

    allowed: tuple[str, ...]
    own: tuple[str, ...]
    seed: int


def enter(settings: Settings) -> None:
    """Make this process ready for a student's code."""
    # At the end: a student's numpy.py must not stand in for numpy.
    sys.path[:] = [path for path in sys.path if path] + [str(Path.cwd())]
    _hide_grader()
    ImportRule(settings.allowed, settings.own).install()
    seed_all(settings.seed)


def _hide_grader() -> None:
    """Leave a module called ``grader`` whose ``check`` does nothing.

    A handed-in notebook may still contain its own ``grader.check()`` cells. They are no part of
    the grading, and nothing else of the grader can be imported from here on.
    """
    stub = ModuleType("grader")
    stub.check = lambda *_, **__: None  # type: ignore[attr-defined]
    stub.__path__ = []
    sys.modules["grader"] = stub
