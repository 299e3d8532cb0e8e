"""Finding processes that left the family of the process that they came from.

A daemon (forked twice, in a session of its own) has no parent that would name it. Without a
process namespace it is found by its place: the folder that it was given to live in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil

__all__ = ["end_family", "end_orphans"]

_SWEEPS = 5


def end_family(pid: int) -> None:
    """Kill the children of a process, and theirs."""
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                process.kill()


def end_orphans(folder: Path) -> None:
    """Kill every process that works in ``folder``, or has it as its temporary folder."""
    for _ in range(_SWEEPS):  # while one is being ended it may start another
        orphans = list(_orphans(folder.resolve()))
        for orphan in orphans:
            with contextlib.suppress(psutil.Error):
                orphan.kill()
        if not orphans:
            return
        psutil.wait_procs(orphans, timeout=1)


def _orphans(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            places = [process.cwd(), process.environ().get("TMPDIR", "")]
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and any(_inside(place, folder) for place in places):
                yield process


def _inside(place: str, folder: Path) -> bool:
    return bool(place) and Path(place).resolve().is_relative_to(folder)
