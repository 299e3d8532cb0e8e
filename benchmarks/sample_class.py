"""How long it takes to grade the sample classes, and how much memory.

    python benchmarks/sample_class.py [-n RUNS] [ASSIGNMENT ...]

Every run is the whole command, `grader grade ID examples/class/ID -o DIR`, from the start of Python
to the last page. README.md says what the columns mean.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import ctypes
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
CLASSES = ROOT / "examples" / "class"
_SAMPLE_SECONDS = 0.1
_WATCHED_SHARE = 0.02
_MEBIBYTE = 1 << 20
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class Run(NamedTuple):
    """One grading of one class.

    Attributes:
        submissions: how many were graded.
        wall: seconds from the start of the command to its end.
        cpu: CPU seconds of all its processes.
        memory: peak of the memory of all its processes at one time, in bytes.
        samples: how much memory there was after how many seconds.
    """

    submissions: int
    wall: float
    cpu: float
    memory: int
    samples: Sequence[tuple[float, int]] = ()


class PeakMemory:
    """Watches the memory of a process and of everything that descends from it."""

    def __init__(self, process: psutil.Process) -> None:
        self.samples: list[tuple[float, int]] = []
        self._began = time.perf_counter()
        self._process = process
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def peak(self) -> int:
        """The largest of the samples, in bytes."""
        return max((memory for _, memory in self.samples), default=0)

    def _watch(self) -> None:
        pause = _SAMPLE_SECONDS
        while not self._done.wait(pause):
            looked = time.perf_counter()
            memory = sum(map(_memory, _family(self._process)))
            now = time.perf_counter()
            self.samples.append((now - self._began, memory))
            # A look at a process with a framework takes milliseconds, in which it stands still.
            pause = max(_SAMPLE_SECONDS, (now - looked) / _WATCHED_SHARE)


def _family(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def _memory(process: psutil.Process) -> int:
    """The process's memory, in which a page that n processes share counts as one n-th.

    Where the system does not tell (macOS), shared pages count in full: an upper bound.
    """
    with contextlib.suppress(psutil.Error):
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    return 0


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants, so that their CPU time is counted as well.

    A pool's server and the workers of a killed process end as children of init; on Linux they
    become ours instead. Elsewhere their time is missing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cpu_seconds() -> float:
    """CPU seconds of all descendants that have ended; those that have not are waited for."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(
    assignment: str, submissions: Path, *, course: Path = ROOT, options: Sequence[str] = ()
) -> Run:
    """Grade a class once.

    Args:
        assignment: its id.
        submissions: the class's folder; it is ours, so that every level of isolation will do.
        course: where the assignment lies.
        options: further ones of `grader grade`.

    Raises:
        RuntimeError: the command failed; its time would mean nothing.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        command = [sys.executable, "-m", "grader", "grade", assignment, str(submissions)]
        before, began = cpu_seconds(), time.perf_counter()
        process = subprocess.Popen(
            [*command, "--course", str(course), "--output", folder, "--trust", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        with PeakMemory(psutil.Process(process.pid)) as memory:
            _, errors = process.communicate()
        wall = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"grading {assignment} left with {process.returncode}: {errors}")
        with Path(folder, "grades.csv").open(encoding="utf-8-sig", newline="") as table:
            graded = sum(1 for _ in csv.DictReader(table))
    return Run(graded, wall, cpu_seconds() - before, memory.peak, memory.samples)


def measured(assignments: Iterable[str], runs: int) -> Iterator[tuple[str, list[Run]]]:
    """Yield each class with its runs; one more run before them, not counted, fills the caches."""
    for assignment in assignments:
        made = [measure(assignment, CLASSES / assignment) for _ in range(runs + 1)]
        yield assignment, made[1:]


def _table(results: Iterable[tuple[str, list[Run]]]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("class")
    for title in (
        "submissions",
        "wall s",
        "fastest to slowest",
        "wall ms each",
        "CPU ms each",
        "peak MB",
    ):
        table.add_column(title, justify="right")
    for assignment, runs in results:
        count = runs[0].submissions
        wall = statistics.median(run.wall for run in runs)
        cpu = statistics.median(run.cpu for run in runs)
        walls = sorted(run.wall for run in runs)
        table.add_row(
            assignment,
            str(count),
            f"{wall:.1f}",
            f"{walls[0]:.1f} to {walls[-1]:.1f}",
            f"{1000 * wall / count:.0f}",
            f"{1000 * cpu / count:.0f}",
            f"{max(run.memory for run in runs) / _MEBIBYTE:.0f}",
        )
    return table


def main() -> None:
    """Measure, and print one line per class."""
    parser = argparse.ArgumentParser(description="Time the grading of the sample classes.")
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument(
        "-n", "--runs", type=int, default=3, help="counted runs; the median is shown"
    )
    options = parser.parse_args()
    known = sorted(path.name for path in CLASSES.glob("*/"))
    unknown = sorted({*options.assignments} - {*known})
    if unknown or options.runs < 1 or not known:
        parser.error(
            f"no sample class {unknown}; there are {known}" if unknown else "nothing to do"
        )
    adopt_orphans()
    console = Console(width=100, highlight=False)
    load = os.getloadavg()[0]
    console.print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {load:.1f} before the first run"
    )
    if load > 0.5:
        console.print("The machine is busy: the times below are too long.", style="yellow")
    console.print(f"Median of {options.runs} runs after one that is not counted.\n")
    console.print(_table(measured(options.assignments or known, options.runs)))


if __name__ == "__main__":
    main()
