"""What isolation and grading cost above a submission's own code.

    python benchmarks/worker.py [-n RUNS] [--isolation LEVEL] [--class SIZE] [LIBRARY ...]

For each library one small submission is graded again and again, as `grader grade` does it for each
of a class, and the same code is run without a grader, in forks of a plain process. Prints tables in
Markdown; README.md says what their columns mean.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sample_class import adopt_orphans, measure

from grader.catalog import find_course
from grader.checks.proxy import SubmissionProxy
from grader.checks.runner import keep_collected, run
from grader.model import (
    Assignment,
    Cell,
    CellKind,
    CellStatus,
    Level,
    Status,
    Submission,
    Transcript,
)
from grader.sandbox import (
    Demands,
    Host,
    NurseryAddress,
    Sandbox,
    choose_level,
    connect,
    open_nursery,
)
from grader.sandbox.process import Process
from grader.worker.memory import settle_memory
from grader.worker.zygote import preload

LIBRARIES = ("numpy", "torch", "tensorflow")
_TESTS, _CALLS = 20, 5
_ROWS = np.arange(32.0).reshape(8, 4)
_CELLS = {
    "numpy": (
        "import numpy as np",
        "def double(x):\n    return 2 * np.asarray(x)",
        "print(double(np.ones(3)))",
    ),
    "torch": (
        "import torch",
        "def double(x):\n    return 2 * torch.tensor(x)",
        "print(double([1.0, 1.0]))",
    ),
    "tensorflow": (
        "import tensorflow as tf",
        "def double(x):\n    return 2 * tf.constant(x)",
        "print(double([1.0, 1.0]))",
    ),
}
_ASSIGNMENT = f"""\
title: Doubling
points: {_TESTS}
interface:
  double:
    signature: (x)
    summary: twice x
"""
_TEST = """
@pytest.mark.points(1)
def test_double_{number}(submission):
    \"\"\"double() doubles.\"\"\"
    for _ in range({calls}):
        assert_close(submission.double(ROWS), 2 * ROWS)
"""
_IMPORTS = """\
import numpy as np
import pytest

from grader.checks import assert_close

ROWS = np.arange(32.0).reshape(8, 4)
"""
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "",
}
PHASES = {
    "worker": "asked for, forked, its handle received",
    "confinement": "layers applied, files placed, ready for the first cell",
    "cells": "the notebook",
    "calls": f"{_TESTS * _CALLS} calls by the proxy that tests are given",
    "end": "killed, reaped, folders and groups removed",
}

# Seconds, by what they were spent on.
Times = dict[str, float]


# --- what is graded -------------------------------------------------------------------------


def make_course(folder: Path) -> Assignment:
    """Write a course with one assignment, whose hidden tests make 100 calls."""
    tests = folder / "assignments/double/tests/hidden"
    tests.mkdir(parents=True)
    (folder / "assignments/double/assignment.yaml").write_text(_ASSIGNMENT)
    (folder / "assignments/double/README.md").write_text("Write `double(x)`.")
    (tests / "test_double.py").write_text(
        _IMPORTS + "".join(_TEST.format(number=n, calls=_CALLS) for n in range(_TESTS))
    )
    return find_course(folder).assignment("double")


def make_submission(library: str) -> Submission:
    """Return the small notebook that uses a library."""
    cells = tuple(Cell(kind=CellKind.CODE, source=source) for source in _CELLS[library])
    return Submission(student="one", path="double.ipynb", cells=cells)


def write_class(folder: Path, size: int) -> None:
    """Write copies of the numpy notebook, one per student."""
    folder.mkdir()
    blank: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    cells = [{**blank, "source": source} for source in _CELLS["numpy"]]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    for number in range(size):
        (folder / f"s{number:03}.ipynb").write_text(json.dumps(document))


# --- one grading ----------------------------------------------------------------------------


class _TimedSandbox:
    """Starts workers as another sandbox does, and remembers how long that took."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.level = sandbox.level
        self.seconds = 0.0
        self._sandbox = sandbox

    def start(self, demands: Demands) -> Process:
        began = time.perf_counter()
        process = self._sandbox.start(demands)
        self.seconds = time.perf_counter() - began
        return process


def isolate_once(submission: Submission, assignment: Assignment, nursery: NurseryAddress) -> Times:
    """Run a submission in a worker, call it, end it, and return the time of each phase.

    Raises:
        RuntimeError: a cell or a call failed; the times would mean nothing.
    """
    clock = time.perf_counter
    with connect(nursery) as sandbox:
        timed = _TimedSandbox(sandbox)
        began = clock()
        host = Host(submission, limits=assignment.limits, sandbox=timed)
        transcript = host.run()
        loaded = clock()
        proxy = SubmissionProxy(host, assignment)
        proxy.begin(seed=0)
        for _ in range(_TESTS * _CALLS):
            answer = proxy.double(_ROWS)
        called = clock()
        host.close()
        ended = clock()
    _require_passed(transcript)
    if not np.array_equal(answer, 2 * _ROWS):
        raise RuntimeError(f"a call returned {answer}")
    cells = sum(one.duration for one in transcript.runs)
    return {
        "worker": timed.seconds,
        "confinement": loaded - began - timed.seconds - cells,
        "cells": cells,
        "calls": called - loaded,
        "end": ended - called,
        "all": ended - began,
    }


def grade_once(submission: Submission, assignment: Assignment, nursery: NurseryAddress) -> Times:
    """Run a submission and all tests, as a grading process does; return the time of the tests.

    Raises:
        RuntimeError: the submission did not pass; the times would mean nothing.
    """
    with connect(nursery) as sandbox:
        host = Host(submission, limits=assignment.limits, sandbox=sandbox)
        transcript = host.run()
        began = time.perf_counter()
        verdicts = run(assignment, host, make_reference=None, seed="benchmark")
        tested = time.perf_counter()
        host.close()
    _require_passed(transcript)
    if any(verdict.status is not Status.PASSED for verdict in verdicts):
        raise RuntimeError(f"a test failed: {[verdict.message for verdict in verdicts]}")
    return {"tests": tested - began}


def _require_passed(transcript: Transcript) -> None:
    if any(one.status is not CellStatus.OK for one in transcript.runs):
        raise RuntimeError(f"a cell failed: {[one.message for one in transcript.runs]}")


def run_own_code(library: str) -> Times:
    """Run the notebook's code and make the same calls, without a grader."""
    wall, cpu = time.perf_counter(), time.process_time()
    names: dict[str, Any] = {}
    for source in _CELLS[library]:
        exec(source, names)
    for _ in range(_TESTS * _CALLS):
        np.asarray(names["double"](_ROWS))
    return {"own wall": time.perf_counter() - wall, "own CPU": time.process_time() - cpu}


def in_forks(task: Callable[[], Times], runs: int) -> Iterator[Times]:
    """Do a task in a fork of this process, several times; once more before that to warm up.

    Yields:
        What the task returned, the whole's wall time and its CPU time, forking included.
    """
    settle_memory()
    core = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    for number in range(runs + 1):
        reader, writer = os.pipe()
        sys.stdout.flush()  # else the fork would print it once more
        cpu, began = _cpu_seconds(), time.perf_counter()
        child = os.fork()
        if child == 0:
            if core is not None:  # as each grading process of a class
                os.sched_setaffinity(0, {core})
            os.close(reader)
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - ends with this process
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(json.dumps(task()).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        wall = time.perf_counter() - began
        if not answer:
            raise RuntimeError("a run failed; its error is above")
        if number:
            times: Times = json.loads(answer)
            yield {**times, "whole": wall, "CPU": _cpu_seconds() - cpu}


def _cpu_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, -1))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


# --- what is measured -----------------------------------------------------------------------


def measure_graded(
    submission: Submission, assignment: Assignment, nursery: NurseryAddress, runs: int
) -> tuple[list[Times], float]:
    """Grade a submission several times.

    Returns:
        The times of every run, and the mean CPU seconds of its worker and of the processes that
        worker came from, which are no descendants of the grading process.
    """
    made = in_forks(lambda: grade_once(submission, assignment, nursery), runs)
    first = next(made)  # the zygote is warm now
    before = _nursery_seconds()
    return [first, *made], (_nursery_seconds() - before) / (runs - 1)


def _nursery_seconds() -> float:
    """CPU seconds of the nursery, its zygotes, and the workers that have ended."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def measure_plain(library: str, runs: int) -> list[Times]:
    """Run the same code in forks of a process that has imported the library, and nothing else."""
    done = subprocess.run(
        [sys.executable, __file__, "--plain", "-n", str(runs), library],
        env={**os.environ, **_ONE_THREAD},
        stdout=subprocess.PIPE,
        check=True,
    )
    times: list[Times] = json.loads(done.stdout)
    return times


def median(runs: Sequence[Times], name: str) -> float:
    """Median of one time, in milliseconds."""
    return 1000 * statistics.median(one[name] for one in runs)


def fastest(runs: Sequence[Times], name: str) -> float:
    """Minimum of one time, in milliseconds."""
    return 1000 * min(one[name] for one in runs)


def print_libraries(
    libraries: Sequence[str], assignment: Assignment, level: Level, runs: int
) -> None:
    """Measure each library, and print what isolation and grading cost."""
    isolation, grading = [], []
    for library in libraries:
        plain = measure_plain(library, runs)
        submission = make_submission(library)
        with open_nursery(level) as nursery:
            isolate = functools.partial(isolate_once, submission, assignment, nursery)
            alone = [*in_forks(isolate, runs)]
            graded, worker_cpu = measure_graded(submission, assignment, nursery, runs)
        isolation.append(_isolation_row(library, alone, plain))
        grading.append(_grading_row(library, graded, plain, 1000 * worker_cpu))
    print(
        "| isolation, ms: median (min) | "
        + " | ".join((*PHASES, "all", "own code", "overhead", "min"))
        + " |\n|---|"
        + "---:|" * (len(PHASES) + 4)
    )
    print(*isolation, sep="\n", end="\n\n")
    print(*(f"- {name}: {what}" for name, what in PHASES.items()), sep="\n", end="\n\n")
    print(
        f"| grading, {_TESTS} tests, ms | whole | min | tests | overhead | min "
        "| CPU: grader | worker | overhead | ratio to a plain fork |\n|---|" + "---:|" * 9
    )
    print(*grading, sep="\n", end="\n\n")


def _isolation_row(library: str, alone: Sequence[Times], plain: Sequence[Times]) -> str:
    """What it takes to run a submission in a worker and to call it."""
    cells = " | ".join(
        f"{median(alone, name):.1f} ({fastest(alone, name):.1f})" for name in (*PHASES, "all")
    )
    own, own_least = median(plain, "own wall"), fastest(plain, "own wall")
    overhead = median(alone, "all") - own
    least = fastest(alone, "all") - own_least
    return f"| {library} | {cells} | {own:.1f} | **{overhead:.1f}** | {least:.1f} |"


def _grading_row(
    library: str, graded: Sequence[Times], plain: Sequence[Times], worker: float
) -> str:
    """What it takes to grade it: the process that does so, pytest and comparisons included."""
    whole, least = median(graded, "whole"), fastest(graded, "whole")
    own, own_least = median(plain, "own wall"), fastest(plain, "own wall")
    grader = median(graded, "CPU")
    return (
        f"| {library} | {whole:.1f} | {least:.1f} | {median(graded, 'tests'):.1f} "
        f"| **{whole - own:.1f}** | {least - own_least:.1f} | {grader:.1f} | {worker:.1f} "
        f"| {grader + worker - median(plain, 'own CPU'):.1f} "
        f"| {whole / median(plain, 'whole'):.1f} |"
    )


def print_class_of(size: int, course: Path, level: Level, runs: int) -> None:
    """Time the whole command on a class of copies, and on one of them alone."""
    own = median(measure_plain("numpy", runs), "own CPU")
    costs: list[float] = []
    for count in (1, 1, size):  # the first only fills the caches
        folder = course / f"class-{len(costs)}"
        write_class(folder, count)
        made = measure("double", folder, course=course, options=("--isolation", level))
        if made.submissions != count:
            raise RuntimeError(f"{made.submissions} of {count} submissions were graded")
        costs.append(1000 * made.cpu)
    _, alone, together = costs
    more = (together - alone) / (size - 1)
    print("| class | CPU ms each | above own code | one more costs | above own code |")
    print("|---|---:|---:|---:|---:|")
    print(
        f"| {size} copies, numpy | {together / size:.1f} | **{together / size - own:.1f}** "
        f"| {more:.1f} | {more - own:.1f} |"
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="What grading costs above the student's code.")
    parser.add_argument("libraries", nargs="*", metavar="LIBRARY", help="default: all installed")
    parser.add_argument("-n", "--runs", type=int, default=20, help="counted runs of each")
    parser.add_argument("--isolation", type=Level, help="A, B, C or D; default: the best")
    parser.add_argument("--class", dest="size", type=int, default=100, help="0 leaves it out")
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = sorted({*options.libraries} - {*LIBRARIES})
    if unknown or options.runs < 2 or options.size in (1,):
        parser.error(f"no library {unknown}" if unknown else "two runs and two copies at least")
    if options.plain:
        preload(options.libraries)
        made = in_forks(lambda: run_own_code(options.libraries[0]), options.runs)
        json.dump(list(made), sys.stdout)
        return
    level = choose_level(options.isolation)
    adopt_orphans()
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the first run. "
        f"Level {level}, {options.runs} runs of each after one that is not counted; "
        "medians and minima.\n"
    )
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-"))
        os.environ.update(_ONE_THREAD)
        assignment = make_course(Path(folder))
        keep_collected(assignment)
        print_libraries(options.libraries or LIBRARIES, assignment, level, options.runs)
        if options.size:
            print_class_of(options.size, Path(folder), level, options.runs)


if __name__ == "__main__":
    main()
