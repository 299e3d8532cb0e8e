"""Deadlines in CPU seconds, with a wall-clock deadline several times as long behind them.

CPU time is what costs points: it does not depend on what else the machine is doing. The wall
deadline ends what sleeps or waits for ever.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from grader.errors import DeadlineExceeded

__all__ = ["Deadline"]

_CORES = os.cpu_count() or 1


class Deadline:
    """One request's allowance.

    Args:
        what: what is being timed, for the message: ``"code cell 3"``.
        cpu_seconds: CPU seconds allowed from now on.
        wall_seconds: wall seconds allowed from now on.
        used: returns the CPU seconds that the worker has used since it was started. Asking
            costs a system call or two, so that it is only asked when the answer matters.
        known: a former answer of ``used``.
        clock: ``"cpu"`` for an ordinary deadline, ``"total"`` where what runs out first is the
            allowance of the whole submission.
    """

    def __init__(
        self,
        what: str,
        *,
        cpu_seconds: float,
        wall_seconds: float,
        used: Callable[[], float],
        known: float,
        clock: str = "cpu",
    ) -> None:
        self._what = what
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._used = used
        self._clock = clock
        self._known = known
        self._began: float | None = None
        self._start = time.monotonic()

    def check(self) -> float:
        """Return for how many seconds nothing can run out.

        Raises:
            DeadlineExceeded: the CPU or the wall allowance is used up.
        """
        wall = time.monotonic() - self._start
        if wall >= self._wall_seconds:
            raise DeadlineExceeded(
                f"{self._what} was still not finished after {self._wall_seconds:g} seconds, "
                "most of them spent waiting",
                clock="wall",
            )
        # As long as the clock on the wall allows less CPU time than is left, there is no need to
        # ask the operating system.
        if wall * _CORES < self._cpu_seconds:
            return min(self._cpu_seconds / _CORES - wall + 0.001, self._wall_seconds - wall)
        used = self._used()
        if self._began is None:
            # What was used before this request is known to be at least `known`; what the request
            # itself has used since is at most the time on the wall, on one thread.
            self._began = max(self._known, used - wall)
        left = self._cpu_seconds - (used - self._began)
        if left <= 0:
            raise DeadlineExceeded(
                f"{self._what} was stopped after {self._cpu_seconds:g} seconds of computing",
                clock=self._clock,
            )
        return min(max(left / _CORES, 0.01), self._wall_seconds - wall)
