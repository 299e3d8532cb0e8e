"""Watches the memory of a worker's processes where no cgroup does."""

from __future__ import annotations

import contextlib
import time

import psutil

from grader.errors import WorkerCrashed
from grader.sandbox.process import Demands, Process

__all__ = ["Watchdog"]

_SECONDS = 0.05
_SPARE_MB = 128


class Watchdog:
    """Looks at a process every few milliseconds while it is being waited for.

    Private memory is limited by the kernel, for each process; this finds what is shared.

    Args:
        process: whom to watch, with its children where it may have any.
        demands: its limits.
    """

    def __init__(self, process: Process, demands: Demands) -> None:
        self._handle = None if process.metered else psutil.Process(process.pid)
        self._families = demands.limits.processes > 0
        self._limit = demands.limits.memory_mb + _SPARE_MB
        self._base = self._resident()
        self._next = 0.0

    def check(self) -> float:
        """Return for how many seconds no look is needed.

        Raises:
            WorkerCrashed: the process uses more than it may.
        """
        if self._handle is None:
            return float("inf")
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _SECONDS
            used = self._resident() - self._base
            if used > self._limit << 20:
                raise WorkerCrashed(
                    f"the submission used {used >> 20} MB of memory; at most "
                    f"{self._limit - _SPARE_MB} MB are allowed"
                )
        return self._next - now

    def _resident(self) -> int:
        """Return the memory of the process, in bytes, or of its largest child."""
        if self._handle is None:
            return 0
        family = [self._handle]
        sizes = [0]
        with contextlib.suppress(psutil.Error):
            if self._families:
                family += self._handle.children(recursive=True)
        for process in family:
            with contextlib.suppress(psutil.Error):  # ended in between
                sizes.append(int(process.memory_info().rss))
        return max(sizes)
