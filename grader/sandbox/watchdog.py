"""Watches a worker's memory and threads where no cgroup does."""

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

    Args:
        process: whom to watch.
        demands: its limits.
    """

    def __init__(self, process: Process, demands: Demands) -> None:
        self._handle = None if process.metered else psutil.Process(process.pid)
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
        if self._handle is not None:
            with contextlib.suppress(psutil.Error):
                return int(self._handle.memory_info().rss)
        return 0
