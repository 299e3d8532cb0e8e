"""A pool of grading processes on this machine, one process per submission.

The processes are forked from a server that has imported everything once. One that dies or hangs
costs its own submission a review and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import ForkContext, ForkServerContext
from pathlib import Path
from typing import Protocol

from grader.batch.interrupts import Interrupts
from grader.batch.job import Job, Outcome
from grader.batch.process import GradingProcess, temporary_folder
from grader.batch.warm import start_warm_server
from grader.errors import SandboxError
from grader.sandbox.orphans import end_orphans
from grader.sandbox.removal import remove_folder

__all__ = ["Progress", "Silent", "run_jobs"]

_PATIENCE = 120.0


class Progress(Protocol):
    """Told how a batch goes on."""

    def started(self, total: int) -> None:
        """So many submissions are going to be graded."""
        ...

    def began(self, key: str) -> None:
        """A submission is being graded."""
        ...

    def finished(self, key: str, *, needs_review: bool) -> None:
        """A submission's results are written."""
        ...

    def again(self, key: str) -> None:
        """A submission hit a wall deadline and is run again, alone, at the end."""
        ...


class Silent:
    """Progress that nobody watches, as in a log."""

    def started(self, total: int) -> None:
        """Say nothing."""

    def began(self, key: str) -> None:
        """Say nothing."""

    def finished(self, key: str, *, needs_review: bool) -> None:
        """Say nothing."""

    def again(self, key: str) -> None:
        """Say nothing."""


def run_jobs(
    jobs: Sequence[Job],
    progress: Progress,
    *,
    record: Callable[[Job, Outcome], None] | None = None,
    processes: int | None = None,
    patience: float = _PATIENCE,
    interrupts: Interrupts | None = None,
    context: ForkContext | None = None,
) -> None:
    """Grade every job; each leaves its results in the output folder.

    Whatever ends this call early (an interrupt, a wrong assignment) ends every process of it.

    Args:
        jobs: what to grade.
        progress: told what begins and what is finished.
        record: told the outcome of each job when its results are written, and before ``progress``.
        processes: how many at a time; as many as there are cores when None.
        patience: seconds that a grading process may take on top of everything that it may let
            its submission use. One that takes longer hangs.
        interrupts: hold back an interrupt where it would do harm.
        context: forks grading processes from this process, which then must have one thread and
            everything imported; a server does it when None.

    Raises:
        SpecError: the assignment itself is at fault.
        UsageError: the results cannot be written.
    """
    progress.started(len(jobs))
    if not jobs:
        return
    if context is None:
        start_warm_server(jobs[0].assignment, jobs[0].rules)
    interrupts = interrupts or Interrupts()
    with interrupts.held():
        folder = temporary_folder(Path(parent) if (parent := jobs[0].nursery.folder) else None)
        forking = context or multiprocessing.get_context("forkserver")
        pool = _Pool(forking, folder, progress, record, patience, interrupts)
        try:
            lonely = pool.run(jobs, processes or len(_available()), final=False)
            pool.run(lonely, 1, final=True)
        finally:
            remove_folder(folder)


class _Pool:
    """Runs jobs while interrupts are held; only where it waits they may arrive."""

    def __init__(
        self,
        context: ForkContext | ForkServerContext,
        folder: Path,
        progress: Progress,
        record: Callable[[Job, Outcome], None] | None,
        patience: float,
        interrupts: Interrupts,
    ) -> None:
        self._context = context
        self._folder = folder
        self._progress = progress
        self._record = record
        self._patience = patience
        self._interrupts = interrupts

    def run(self, jobs: Sequence[Job], processes: int, *, final: bool) -> list[Job]:
        """Run jobs, and return those that waited too long for the clock on the wall."""
        waiting = deque(jobs)
        running: list[GradingProcess] = []
        lonely: list[Job] = []
        cores = _cores(processes)
        try:
            if waiting:
                self._await_server()
            while waiting or running:
                while waiting and len(running) < processes:
                    running.append(self._start(waiting.popleft(), cores.pop()))
                with self._interrupts.let_in():
                    finished = _finished(running)
                for done in finished:
                    outcome = done.settle()
                    running.remove(done)
                    cores.append(done.core)
                    if outcome.waited and not final:
                        lonely.append(done.job)
                        self._progress.again(done.job.key)
                        continue
                    if self._record is not None:
                        self._record(done.job, outcome)
                    self._progress.finished(done.job.key, needs_review=outcome.needs_review)
        finally:
            self._end(running)
        return lonely

    def _await_server(self) -> None:
        """Wait until the server can fork: to import a framework may take it many seconds."""
        process = self._context.Process(target=os.getpid)
        with self._interrupts.let_in():
            try:
                process.start()
            except (EOFError, OSError) as error:
                raise SandboxError(
                    f"the process that grading processes come from has ended: {error}",
                    remedy="Its error is above; see also whether the machine is out of memory.",
                ) from error
            process.join()

    def _start(self, job: Job, core: int | None) -> GradingProcess:
        limits = job.assignment.limits
        # The notebook may be run again after a crash, each time on an allowance of its own.
        allowed = 2 * limits.total_seconds * limits.wall_factor
        seconds = allowed + self._patience
        started = GradingProcess(
            self._context, job, folder=self._folder, seconds=seconds, core=core
        )
        self._progress.began(job.key)
        return started

    def _end(self, running: Sequence[GradingProcess]) -> None:
        """End what is left because something was raised; all at once, for somebody waits."""
        for left in running:
            left.kill()
        if running:
            end_orphans(self._folder)
        for left in running:
            left.close()


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
