"""What grading one submission of each assignment takes, its own training included, on one core.

    python benchmarks/assignments.py [-n RUNS] [ASSIGNMENT ...]

Grades the reference solution, and the right variants in each framework, one at a time. Prints a
table in Markdown; README.md says what its columns mean.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
from sample_class import ROOT, PeakMemory, adopt_orphans

_MEBIBYTE = 1 << 20


class Graded(NamedTuple):
    """A right solution, handed in by several students and graded by one command.

    Attributes:
        score: the lowest that a copy got, of ``points``.
        points: what the assignment is worth.
        first: wall seconds of the first copy's grading process, from reading it to its pages. It
            also waits until the framework is loaded, which happens once for a whole class.
        others: the same of every other copy.
        memory: peak of the memory of all processes of the command, in bytes; 0 if unwatched.
    """

    score: float
    points: float
    first: float
    others: tuple[float, ...]
    memory: int


def right_solutions(assignment: str) -> Iterator[tuple[str, Path]]:
    """Yield the reference solution and its variants in frameworks, by name."""
    folder = ROOT / "reference" / assignment
    yield "reference", folder / "solution.py"
    for file in sorted(folder.glob("variants/right/*.py")):
        yield file.stem, file


def grade(
    assignment: str, solution: Path, folder: Path, copies: int, *, watched: bool = False
) -> Graded:
    """Grade copies of a right solution with one command.

    Args:
        assignment: its id.
        solution: which.
        folder: an empty one.
        copies: how many.
        watched: also watch the memory, which takes a part of the only core.

    Raises:
        RuntimeError: the command failed; its time would mean nothing.
    """
    handed_in, results = folder / "handed-in", folder / "results"
    for student in map("s{:02}".format, range(copies)):
        (handed_in / student).mkdir(parents=True)
        shutil.copy(solution, handed_in / student / f"{assignment}.py")
    command = [sys.executable, "-m", "grader", "grade", assignment, str(handed_in)]
    process = subprocess.Popen(
        [*command, "--course", str(ROOT), "-o", str(results), "--trust", "-j", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with PeakMemory(psutil.Process(process.pid)) if watched else contextlib.nullcontext() as memory:
        _, errors = process.communicate()
    documents = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("s*.json"))
    ]
    if len(documents) != copies:
        raise RuntimeError(f"{assignment}, {solution.name}: {errors}")
    first, *others = (document["duration"] for document in documents)
    score = min(document["score"] for document in documents)
    return Graded(
        score, documents[0]["max_score"], first, tuple(others), memory.peak if memory else 0
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="What grading one submission takes on one core.")
    found = sorted(path.parent.name for path in ROOT.glob("reference/*/solution.py"))
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("-n", "--runs", type=int, default=3, help="counted copies of each")
    options = parser.parse_args()
    if unknown := sorted({*options.assignments} - {*found}):
        parser.error(f"no assignment {unknown[0]}; there are {', '.join(found)}")
    load = os.getloadavg()[0]
    adopt_orphans()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, one core, "
        f"load {load:.1f} before the first run. Medians of {options.runs} copies after the first, "
        "which also waits for the framework.\n"
    )
    print("| assignment | solution | score | seconds | slowest | first | peak MB |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for assignment in options.assignments or found:
        for name, solution in right_solutions(assignment):
            with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
                folder = Path(temporary)
                done = grade(assignment, solution, folder / "timed", options.runs + 1)
                watched = grade(assignment, solution, folder / "watched", 1, watched=True)
            print(
                f"| {assignment} | {name} | {done.score:g} of {done.points:g} "
                f"| {statistics.median(done.others):.1f} | {max(done.others):.1f} "
                f"| {done.first:.1f} | {watched.memory / _MEBIBYTE:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
