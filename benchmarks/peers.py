"""How long nbgrader, otter-grader and this grader take to grade the same notebooks.

    python benchmarks/peers.py [--numpy SIZE ...] [--keras SIZE ...] [-n RUNS]
                               [--environments DIR] [--own-frameworks]

Installs the other two in environments of their own, and gives all of them the same classes. Every
run is what an instructor types, from the start of the command to the last report. Prints tables in
Markdown; README.md says what their columns mean. Leaves with 1 if any score is wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil
from peer_courses import Copy, make_class
from peer_tasks import KERAS, NUMPY, NUMPY_WITH_FIGURE, Task
from peer_tools import NBGRADER, OTTER, Tool, make_tools
from sample_class import PeakMemory, Run, adopt_orphans, cpu_seconds

_MEBIBYTE = 1 << 20
_OWN_CODE = """\
import contextlib, io, json, sys, time
from grader.worker.zygote import preload

packages, cells = json.load(sys.stdin)
preload(packages)
names = {}
with contextlib.redirect_stdout(None):
    began = time.process_time()
    for cell in cells:
        exec(cell, names)
    used = time.process_time() - began
print(used)
"""
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "Agg",
}


class Graded(NamedTuple):
    """One class, graded once by one tool.

    Attributes:
        run: what it took.
        wrong: a line for each score that is not the declared one.
    """

    run: Run
    wrong: tuple[str, ...]


# --- measuring ------------------------------------------------------------------------------


def grade(tool: Tool, task: Task, copies: Sequence[Copy]) -> Graded:
    """Prepare a class, and time its grading.

    Raises:
        RuntimeError: a command failed; its time would mean nothing.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name, "course")
        folder.mkdir()
        tool.prepare(task, copies, folder)
        log = Path(name, "log")
        before, began = cpu_seconds(), time.perf_counter()
        with log.open("w") as output:
            process = subprocess.Popen(
                ["/bin/sh", "-c", tool.command(task)],
                cwd=folder,
                env=tool.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            with PeakMemory(psutil.Process(process.pid)) as memory:
                process.wait()
        wall = time.perf_counter() - began
        if process.returncode:
            end = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"`{tool.command(task)}` left with {process.returncode}:\n{end}")
        run = Run(len(copies), wall, cpu_seconds() - before, memory.peak)
        return Graded(run, tuple(wrong_scores(tool.scores(task, folder), copies)))


def wrong_scores(scores: Mapping[str, float], copies: Sequence[Copy]) -> list[str]:
    """Return a line for each score that is missing, or not the declared one."""
    return [
        f"{copy.student}: {scores.get(copy.student, 'no score')} instead of {copy.declared}"
        for copy in copies
        if scores.get(copy.student) != copy.declared
    ]


def own_code_seconds(task: Task) -> float:
    """CPU seconds of the right notebook and all checks, where the libraries are imported."""
    (copy,) = make_class(task, 1)
    cells = [cell["source"] for cell in copy.notebook["cells"] if cell["cell_type"] == "code"]
    cells += ["import io, matplotlib.pyplot as plt\nplt.savefig(io.BytesIO())"]
    cells += [question.checks for question in task.questions]
    done = subprocess.run(
        [sys.executable, "-c", _OWN_CODE],
        env={**os.environ, **_ONE_THREAD},
        input=json.dumps([[*task.packages], cells]),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return float(done.stdout)


# --- comparing ------------------------------------------------------------------------------


def compare(task: Task, sizes: Sequence[int], tools: Sequence[Tool], runs: int) -> bool:
    """Grade classes of several sizes with every tool, print what it took, and tell if all is right.

    Raises:
        RuntimeError: a command failed.
    """
    print(f"## {task.title}: {task.name}\n\nThe commands, in the order of the tables:\n")
    print("```sh", *(tool.command(task) for tool in tools), "```", sep="\n", end="\n\n")
    ours = tools[0].name
    first = [(tool.name, grade(tool, task, make_class(task, 1))) for tool in tools]  # fills caches
    alone = grade(tools[0], task, make_class(task, 1)).run.cpu
    own = own_code_seconds(task)
    right, costs = True, []
    for size in sizes:
        copies, graded = make_class(task, size), list[tuple[str, Graded]]()
        for number in range(runs):
            for tool in _rotated(tools, number):
                graded.append((tool.name, grade(tool, task, copies)))
                print(f"{tool.name}: {size} in {graded[-1][1].run.wall:.1f} s", file=sys.stderr)
        made = {tool.name: [one.run for name, one in graded if name == tool.name] for tool in tools}
        print_class(made, sum(copy.declared < task.points for copy in copies), runs)
        right &= _print_wrong([*first, *graded])
        together = statistics.median(run.cpu for run in made[ours])
        more = f"{1000 * (together - alone) / (size - 1):.0f}" if size > 1 else "-"
        costs.append(f"| {size} | {1000 * together / size:.0f} | {more} | {1000 * own:.0f} |")
    print(f"Of {ours}, a class of one takes {1000 * alone:.0f} ms of CPU; and\n")
    print(
        "| class | CPU ms each | one more costs | the notebook's own code |\n|---:|---:|---:|---:|"
    )
    print(*costs, sep="\n", end="\n\n")
    return right


def _rotated(tools: Sequence[Tool], number: int) -> list[Tool]:
    """Return the tools in another order for each run, so that none is always first."""
    begin = number % len(tools)
    return [*tools[begin:], *tools[:begin]]


def print_class(by_tool: Mapping[str, Sequence[Run]], mistaken: int, runs: int) -> None:
    """Print one line for each tool; the first is what the others are compared with."""
    wall = {name: statistics.median(run.wall for run in made) for name, made in by_tool.items()}
    cpu = {name: statistics.median(run.cpu for run in made) for name, made in by_tool.items()}
    ours = next(iter(by_tool))
    size = by_tool[ours][0].submissions
    print(f"{size} notebooks, {mistaken} of them with mistakes; median of {runs}.\n")
    print(
        "| tool | wall s | range | wall ms each | CPU ms each | peak MB "
        "| wall, times ours | CPU, times ours |\n|---|" + "---:|" * 7
    )
    for name, made in by_tool.items():
        walls = [run.wall for run in made]
        peak = max(run.memory for run in made) / _MEBIBYTE
        print(
            f"| {name} | {wall[name]:.1f} | {min(walls):.1f} to {max(walls):.1f} "
            f"| {1000 * wall[name] / size:.0f} | {1000 * cpu[name] / size:.0f} | {peak:.0f} "
            f"| **{wall[name] / wall[ours]:.1f}** | {cpu[name] / cpu[ours]:.1f} |"
        )
    print()


def _print_wrong(graded: Sequence[tuple[str, Graded]]) -> bool:
    """Print every wrong score, and tell if there is none."""
    lines = dict.fromkeys(f"- {name}, {line}" for name, one in graded for line in one.wrong)
    print("Wrong scores:\n" if lines else "Every score is the declared one.", *lines, sep="\n")
    print(flush=True)
    return not lines


def main() -> None:
    """Install, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for task, sizes in (("numpy", [20, 100]), ("keras", [5, 20])):
        parser.add_argument(
            f"--{task}",
            type=int,
            nargs="*",
            default=sizes,
            metavar="SIZE",
            help=f"how many notebooks a class has; default: {sizes}; none leaves the task out",
        )
    parser.add_argument("-n", "--runs", type=int, default=1, help="runs of each; median is shown")
    parser.add_argument(
        "--environments", type=Path, metavar="DIR", help="where the others are, or get, installed"
    )
    parser.add_argument(
        "--own-frameworks", action="store_true", help="install numpy and TensorFlow there, too"
    )
    parser.add_argument("--figure", action="store_true", help="draw a figure in the numpy task")
    options = parser.parse_args()
    numpy_task = NUMPY_WITH_FIGURE if options.figure else NUMPY
    if options.runs < 1 or min([*options.numpy, *options.keras], default=0) < 1:
        parser.error("one run and one notebook at least")
    if options.keras and importlib.util.find_spec("tensorflow") is None:
        parser.error("TensorFlow is not installed; --keras without sizes leaves its task out")
    adopt_orphans()
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the first run; "
        f"{NBGRADER.name} {NBGRADER.version}, {OTTER.name} {OTTER.version}.\n"
    )
    with tempfile.TemporaryDirectory(prefix="environments-") as folder:
        try:
            tools = make_tools(
                options.environments or Path(folder), own_frameworks=options.own_frameworks
            )
            right = [
                compare(task, sizes, tools, options.runs)
                for task, sizes in ((numpy_task, options.numpy), (KERAS, options.keras))
                if sizes
            ]
        except RuntimeError as error:
            sys.exit(str(error))
    sys.exit(not all(right))


if __name__ == "__main__":
    main()
