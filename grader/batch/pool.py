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
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import NamedTuple, Protocol

import psutil

from grader.batch.job import Job, fail_job, run_job
from grader.errors import GraderError, SpecError

__all__ = ["Progress", "grade_class"]

_SPARE_SECONDS = 120.0


class Progress(Protocol):
    """Told how a batch goes on."""

    def finished(self, key: str) -> None:
        """A submission's results are written."""
        ...

    def again(self, key: str) -> None:
        """A submission hit a wall deadline and is run again, alone, at the end."""
        ...


class _Running(NamedTuple):
    job: Job
    process: ForkServerProcess
    result: Connection
    deadline: float


def grade_class(jobs: Sequence[Job], progress: Progress, *, processes: int | None = None) -> None:
    """Grade every job; each leaves its results in the output folder.

    Args:
        jobs: what to grade.
        progress: told what is finished.
        processes: how many at a time; as many as there are cores when None.

    Raises:
        SpecError: the assignment itself is at fault.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "grader.batch.job"])
    lonely = _run(context, jobs, processes or os.cpu_count() or 1, progress, final=False)
    _run(context, lonely, 1, progress, final=True)


def _run(
    context: ForkServerContext,
    jobs: Sequence[Job],
    processes: int,
    progress: Progress,
    *,
    final: bool,
) -> list[Job]:
    """Run jobs, and return those that waited too long for the clock on the wall."""
    waiting = deque(jobs)
    running: list[_Running] = []
    lonely: list[Job] = []
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                running.append(_start(context, waiting.popleft()))
            for done in _finished(running):
                running.remove(done)
                if _settle(done) and not final:
                    lonely.append(done.job)
                    progress.again(done.job.key)
                else:
                    progress.finished(done.job.key)
    finally:
        for left in running:  # only when something was raised: an interrupt, a wrong assignment
            _end(left)
    return lonely


def _start(context: ForkServerContext, job: Job) -> _Running:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_main, args=(job, sender), name=f"grade {job.key}")
    process.start()
    sender.close()
    limits = job.assignment.limits
    # A bound for a grader that hangs, far above what its own deadlines let a submission use.
    seconds = 4 * limits.total_seconds * limits.wall_factor + _SPARE_SECONDS
    return _Running(job, process, receiver, time.monotonic() + seconds)


def _main(job: Job, sender: Connection) -> None:
    try:
        sender.send(run_job(job))
    except GraderError as error:
        sender.send((error.message, error.where, error.remedy))


def _finished(running: Sequence[_Running]) -> list[_Running]:
    timeout = max(min(one.deadline for one in running) - time.monotonic(), 0)
    ready = wait([one.process.sentinel for one in running], timeout)
    now = time.monotonic()
    return [one for one in running if one.process.sentinel in ready or now >= one.deadline]


def _settle(done: _Running) -> bool:
    """Take a process's result; return whether its submission waited too long.

    Raises:
        SpecError: the assignment is at fault.
    """
    alive = done.process.is_alive()
    _end(done)
    try:
        result = done.result.recv() if done.result.poll() else None
    except EOFError:
        result = None
    done.result.close()
    if isinstance(result, tuple):
        message, where, remedy = result
        raise SpecError(message, where=where, remedy=remedy)
    if result is None:
        how = "did not finish in time" if alive else f"ended with code {done.process.exitcode}"
        fail_job(done.job, f"the process that graded this submission {how}")
        return False
    return bool(result)


def _end(one: _Running) -> None:
    """End a grading process and whatever it had started."""
    if one.process.is_alive():
        try:
            family = psutil.Process(one.process.pid).children(recursive=True)
        except psutil.Error:
            family = []
        one.process.kill()
        for member in family:
            member.kill()
    one.process.join()
