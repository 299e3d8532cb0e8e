"""What a process is told before it runs a student's code, and the steps that follow from it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from grader.worker.imports import ImportRule
from grader.worker.refusals import refuse_processes
from grader.worker.seeding import seed_all

__all__ = ["SIGNALLED", "Settings", "enter"]

# Added to a signal's number where a worker's exit code tells how a Jupyter kernel ended.
SIGNALLED = 128


class Settings(NamedTuple):
    """The rules of one run.

    Attributes:
        allowed: third-party packages that the submission may import; empty allows all.
        own: top-level names of the submission's own modules.
        seed: for everything random while the cells run.
        processes: child processes that it may have; shell lines are refused when 0.
    """

    allowed: tuple[str, ...]
    own: tuple[str, ...]
    seed: int
    processes: int = 0


def enter(settings: Settings) -> None:
    """Make this process ready for a student's code."""
    # At the end: a student's numpy.py must not stand in for numpy.
    sys.path[:] = [path for path in sys.path if path] + [str(Path.cwd())]
    ImportRule(settings.allowed, settings.own).install()
    if not settings.processes:
        refuse_processes()
    seed_all(settings.seed)
