"""What grading one submission of each assignment takes, its own training included, on one core.

    python benchmarks/assignments.py [-n RUNS] [ASSIGNMENT ...]

Grades the reference solution, and the right variants in each framework, one at a time. Prints a
table in Markdown; README.md says what its columns mean.
"""

from __future__ import annotations

import argparse
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
    """One grading.

    Attributes:
        score: what the submission got, of ``points``.
        points: what the assignment is worth.
        seconds: wall seconds of its grading process, from reading it to its pages.
        memory: peak of the memory of all processes of the command, in bytes.
    """

    score: float
    points: float
    seconds: float
    memory: int


def right_solutions(assignment: str) -> Iterator[tuple[str, Path]]:
    """Yield the reference solution and its variants in frameworks, by name."""
    folder = ROOT / "reference" / assignment
    yield "reference", folder / "solution.py"
    for file in sorted(folder.glob("variants/right/*.py")):
        yield file.stem, file


def grade(assignment: str, solution: Path, folder: Path) -> Graded:
    """Grade a copy of a right solution.

    Raises:
        RuntimeError: the command failed; its time would mean nothing.
    """
    handed_in = folder / "handed-in"
    shutil.rmtree(handed_in, ignore_errors=True)
    handed_in.mkdir()
    shutil.copy(solution, handed_in / f"{assignment}.py")
    results = folder / "results"
    command = [sys.executable, "-m", "grader", "grade", assignment, str(handed_in)]
    process = subprocess.Popen(
        [*command, "--course", str(ROOT), "-o", str(results), "--clean", "--trust", "-j", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with PeakMemory(psutil.Process(process.pid)) as memory:
        _, errors = process.communicate()
    documents = list(results.glob("*.json"))
    if len(documents) != 1:
        raise RuntimeError(f"{assignment}, {solution.name}: {errors}")
    document = json.loads(documents[0].read_text(encoding="utf-8"))
    return Graded(document["score"], document["max_score"], document["duration"], memory.peak)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="What grading one submission takes on one core.")
    found = sorted(path.parent.name for path in ROOT.glob("reference/*/solution.py"))
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("-n", "--runs", type=int, default=3, help="counted runs of each")
    options = parser.parse_args()
    if unknown := sorted({*options.assignments} - {*found}):
        parser.error(f"no assignment {unknown[0]}; there are {', '.join(found)}")
    load = os.getloadavg()[0]
    adopt_orphans()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, one core, "
        f"load {load:.1f} before the first run. Medians of {options.runs} runs after one that is "
        "not counted.\n"
    )
    print("| assignment | solution | score | seconds | slowest | peak MB |")
    print("|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for assignment in options.assignments or found:
            for name, solution in right_solutions(assignment):
                runs = [grade(assignment, solution, Path(folder)) for _ in range(options.runs + 1)]
                counted = runs[1:]
                seconds = [one.seconds for one in counted]
                memory = max(one.memory for one in counted) / _MEBIBYTE
                print(
                    f"| {assignment} | {name} | {min(one.score for one in counted):g} of "
                    f"{counted[0].points:g} | {statistics.median(seconds):.1f} "
                    f"| {max(seconds):.1f} | {memory:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
