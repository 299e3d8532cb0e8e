"""Grades variants again and again, each time with another seed of the course, in parallel."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from grader.calibration.variants import Variant, as_submission
from grader.checks.runner import collect
from grader.errors import SandboxError, SpecError
from grader.model import Assignment, Better, Level, Status, Submission, Threshold
from grader.pipeline import Rules, grade_submission
from grader.sandbox import NurseryAddress, connect, open_nursery

__all__ = ["Measured", "measure_all"]

_SECRET = "calibration"  # the seeds of a course that nobody teaches
_DIGITS = 6
# A wall deadline shall not decide a threshold because this machine is busy.
_PATIENCE = 4
# Where the server that forks the processes comes from, numpy must not start threads.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Measured(NamedTuple):
    """One grading of one variant.

    Attributes:
        variant: its name.
        run: the number of the course's seed.
        scores: of each metric, its value for each of twice its runs; empty after a failure.
        failure: why the variant could not be measured.
        libraries: versions.
    """

    variant: str
    run: int
    scores: Mapping[str, tuple[float, ...]]
    failure: str
    libraries: Mapping[str, str]


def measure_all(
    assignment: Assignment,
    wanted: Iterable[tuple[Variant, int]],
    *,
    level: Level,
    jobs: int | None = None,
) -> Generator[Measured]:
    """Yield what was measured, as it comes.

    Whatever ends this early, such as an interrupt, ends every process of it.

    Args:
        assignment: whose metrics.
        wanted: which variant with which of the course's seeds.
        level: how the variants are isolated.
        jobs: how many at a time; as many as there are cores when None.

    Raises:
        SpecError: a test of a metric is wrong.
        SandboxError: this machine refuses what the level needs, or a process died.
    """
    unreachable = _out_of_reach(assignment)
    tests = tuple(test.id for test in collect(assignment) if test.metric)
    wanted = list(wanted)
    submissions = {
        variant.name: as_submission(variant, assignment) for variant in {one for one, _ in wanted}
    }
    with open_nursery(level) as nursery, _processes(jobs) as pool:
        waiting = {
            pool.submit(_measure, submissions[one.name], one.name, run, unreachable, tests, nursery)
            for one, run in wanted
        }
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        except BrokenProcessPool as error:
            raise SandboxError(
                "a process that measures ended itself",
                remedy="Often the memory was used up: try fewer --jobs. What was measured is kept.",
            ) from error


@contextlib.contextmanager
def _processes(jobs: int | None) -> Iterator[ProcessPoolExecutor]:
    """A pool that leaves nothing behind, however the block is left."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    known = set(multiprocessing.active_children())
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    pool = ProcessPoolExecutor(
        jobs or os.cpu_count() or 1, mp_context=context, initializer=_ignore_interrupts
    )
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - known:
            process.terminate()
        raise
    finally:
        pool.shutdown()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _ignore_interrupts() -> None:
    """Leave an interrupt from the keyboard to the command, which ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _out_of_reach(assignment: Assignment) -> Assignment:
    """Return the assignment with thresholds that nobody reaches: then every training is run."""
    metrics = tuple(
        metric.model_copy(
            update={
                "threshold": Threshold(
                    zero=0,
                    full=float("inf" if metric.better is Better.HIGHER else "-inf"),
                    miss=0.5,
                    confidence=0.5,
                    method="out of reach",
                    runs=1,
                )
            }
        )
        for metric in assignment.metrics
    )
    limits = assignment.limits
    patient = limits.model_copy(update={"wall_factor": _PATIENCE * limits.wall_factor})
    # Without the real digest, seeds do not change with every comment in a test.
    digest = f"calibration of {assignment.id}"
    return assignment.model_copy(update={"metrics": metrics, "limits": patient, "digest": digest})


def _measure(
    submission: Submission,
    name: str,
    run: int,
    assignment: Assignment,
    tests: tuple[str, ...],
    nursery: NurseryAddress,
) -> Measured:
    rules = Rules(secret=_SECRET, round=run, only=tests)
    with connect(nursery) as sandbox:
        grade = grade_submission(submission, assignment, rules, sandbox=sandbox).grade
    libraries = grade.environment.libraries if grade.environment else {}
    scores = {}
    for verdict in grade.verdicts:
        if verdict.status is Status.ERRORED:
            raise SpecError(verdict.message, where=f"{name}, {verdict.title}")
        if verdict.metric is None:
            return Measured(name, run, {}, f"{verdict.title}: {verdict.message}", libraries)
        rounded = (float(f"{score:.{_DIGITS}g}") for score in verdict.metric.scores)
        scores[verdict.metric.name] = tuple(rounded)
    return Measured(name, run, scores, "", libraries)
