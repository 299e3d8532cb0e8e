"""A pool of grading processes on this machine, one process per submission.

The processes are forked from a server that has imported everything once. One that dies or hangs
costs its own submission a review and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from typing import Protocol

from grader.batch.job import Job
from grader.batch.process import GradingProcess
from grader.batch.warm import start_warm_server

__all__ = ["Progress", "run_jobs"]

_PATIENCE = 120.0


class Progress(Protocol):
    """Told how a batch goes on."""

    def started(self, total: int) -> None:
        """So many submissions are going to be graded."""
        ...

    def finished(self, key: str) -> None:
        """A submission's results are written."""
        ...

    def again(self, key: str) -> None:
        """A submission hit a wall deadline and is run again, alone, at the end."""
        ...


def run_jobs(
    jobs: Sequence[Job],
    progress: Progress,
    *,
    processes: int | None = None,
    patience: float = _PATIENCE,
) -> None:
    """Grade every job; each leaves its results in the output folder.

    Whatever ends this call early (an interrupt, a wrong assignment) ends every process of it.

    Args:
        jobs: what to grade.
        progress: told what is finished.
        processes: how many at a time; as many as there are cores when None.
        patience: seconds that a grading process may take on top of everything that it may let
            its submission use. One that takes longer hangs.

    Raises:
        SpecError: the assignment itself is at fault.
        UsageError: the results cannot be written.
    """
    progress.started(len(jobs))
    context = multiprocessing.get_context("forkserver")
    if jobs:
        start_warm_server(jobs[0].assignment, jobs[0].rules)
    pool = _Pool(context, progress, patience)
    lonely = pool.run(jobs, processes or len(_available()), final=False)
    pool.run(lonely, 1, final=True)


class _Pool:
    def __init__(self, context: ForkServerContext, progress: Progress, patience: float) -> None:
        self._context = context
        self._progress = progress
        self._patience = patience

    def run(self, jobs: Sequence[Job], processes: int, *, final: bool) -> list[Job]:
        """Run jobs, and return those that waited too long for the clock on the wall."""
        waiting = deque(jobs)
        running: list[GradingProcess] = []
        lonely: list[Job] = []
        cores = _cores(processes)
        try:
            while waiting or running:
                while waiting and len(running) < processes:
                    running.append(self._start(waiting.popleft(), cores.pop()))
                for done in _finished(running):
                    deserves_another = done.settle() and not final
                    running.remove(done)
                    cores.append(done.core)
                    if deserves_another:
                        lonely.append(done.job)
                        self._progress.again(done.job.key)
                    else:
                        self._progress.finished(done.job.key)
        finally:
            for left in running:  # only when something was raised
                left.end()
        return lonely

    def _start(self, job: Job, core: int | None) -> GradingProcess:
        limits = job.assignment.limits
        # The notebook may be run again after a crash, each time on an allowance of its own.
        allowed = 2 * limits.total_seconds * limits.wall_factor
        seconds = allowed + self._patience
        return GradingProcess(self._context, job, seconds=seconds, core=core)


def _available() -> list[int | None]:
    """Return the cores that we may use, as far as the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return [*sorted(os.sched_getaffinity(0))]
    return [None] * (os.cpu_count() or 1)


def _cores(processes: int) -> list[int | None]:
    """Return where each process runs: where there are enough for all cores, each on one of them.

    A grading process and its worker take turns. On one core they need not wake another one up,
    which in a virtual machine takes longer than most calls.
    """
    available = _available()
    if processes < len(available):
        return [None] * processes
    return [available[number % len(available)] for number in range(processes)]


def _finished(running: Sequence[GradingProcess]) -> list[GradingProcess]:
    timeout = max(min(one.deadline for one in running) - time.monotonic(), 0)
    ready = wait([one.sentinel for one in running], timeout)
    now = time.monotonic()
    return [one for one in running if one.sentinel in ready or now >= one.deadline]
