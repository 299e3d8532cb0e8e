"""Grades variants again and again, each time with another seed of the course, in parallel."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

from grader.calibration.variants import Variant, as_submission
from grader.checks.runner import collect
from grader.errors import GraderError, SandboxError, SpecError
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
    waiting = deque(wanted)
    submissions = {
        variant.name: as_submission(variant, assignment)
        for variant in {variant for variant, _ in waiting}
    }
    tests = tuple(test.id for test in collect(assignment) if test.metric)
    unreachable = _out_of_reach(assignment)
    with (
        open_nursery(level) as nursery,
        # What a process leaves when it is ended in the middle goes with this folder.
        tempfile.TemporaryDirectory(prefix="calibrating-", ignore_cleanup_errors=True) as folder,
        contextlib.ExitStack() as lanes,
    ):
        busy: list[Connection] = []
        for _ in range(min(jobs or os.cpu_count() or 1, len(waiting))):
            lane = lanes.enter_context(_lane(submissions, unreachable, tests, nursery, folder))
            _give(lane, waiting.popleft())
            busy.append(lane)
        while busy:
            for ready in wait(busy):
                assert isinstance(ready, Connection)
                result = _answer(ready)
                if waiting:
                    _give(ready, waiting.popleft())
                else:
                    busy.remove(ready)
                yield result


@contextlib.contextmanager
def _lane(*orders: object) -> Iterator[Connection]:
    """Start a process that grades what it is given; it ends with the block."""
    # Connections of its own, and no queue that a process could leave locked when it is ended.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, *orders), daemon=True)
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # for the server, which may start now
    try:
        process.start()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    theirs.close()
    try:
        yield ours
    finally:
        process.terminate()
        process.join()
        ours.close()


def _give(lane: Connection, task: tuple[Variant, int]) -> None:
    variant, run = task
    with contextlib.suppress(BrokenPipeError):  # it has died, which its answer tells
        lane.send((variant.name, run))


def _answer(lane: Connection) -> Measured:
    try:
        result = lane.recv()
    except (EOFError, ConnectionResetError) as error:
        raise SandboxError(
            "a process that measures ended itself",
            remedy="Often the memory was used up: try fewer --jobs. What was measured is kept.",
        ) from error
    if isinstance(result, GraderError):
        raise result
    assert isinstance(result, Measured)
    return result


def _work(
    lane: Connection,
    submissions: Mapping[str, Submission],
    assignment: Assignment,
    tests: tuple[str, ...],
    nursery: NurseryAddress,
    folder: str,
) -> None:
    """Grade what comes until nobody asks any more."""
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command takes it, and ends this process
    with contextlib.suppress(EOFError, ConnectionResetError, BrokenPipeError):
        while True:
            name, run = lane.recv()
            try:
                lane.send(_measure(submissions[name], name, run, assignment, tests, nursery))
            except GraderError as error:
                lane.send(error)


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
