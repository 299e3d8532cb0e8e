"""A thousand submissions in one run: how fast, with how much memory, and what is left of it.

    python benchmarks/thousand.py [-n SUBMISSIONS] [-j JOBS] [--slow]

The class is the sample class of the perceptron assignment, over and over, each copy edited so that
no two are alike. README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from sample_class import CLASSES, Run, adopt_orphans, measure

from grader.sandbox.cgroup import cgroup_trees

ASSIGNMENT = "perceptron"
SLOW = frozenset({"endless-loop"})
"""Samples that use up their allowance of 20 CPU seconds, as hardly anybody's work does."""
_MEBIBYTE = 1 << 20
_PATIENCE = 2.0


def samples(*, slow: bool) -> list[Path]:
    """Return the samples that are one notebook or module, named after what is in it."""
    return [
        path
        for path in sorted((CLASSES / ASSIGNMENT).iterdir())
        if path.suffix in (".ipynb", ".py") and "_" not in path.stem
        if slow or path.stem not in SLOW
    ]


def write_class(folder: Path, size: int, *, slow: bool) -> None:
    """Write so many submissions; the n-th says so in a comment, where it can be read at all."""
    for number, path in zip(range(size), itertools.cycle(samples(slow=slow))):
        target = folder / f"s{number:04}-{path.name}"
        target.write_bytes(edited(path, f"\n# hand-in {number}\n"))


def edited(path: Path, comment: str) -> bytes:
    """Return a sample with a comment at its end, or as it is if it is damaged."""
    content = path.read_bytes()
    if path.suffix == ".py":
        return content + comment.encode()
    try:
        notebook = json.loads(content)
        cell = next(one for one in notebook["cells"] if one["cell_type"] == "code")
    except (ValueError, LookupError, StopIteration):
        return content
    cell["source"] = "".join(cell["source"]) + comment
    return json.dumps(notebook).encode()


def peaks(run: Run, parts: int = 3) -> list[int]:
    """Return the largest memory in each part of the run, in MiB."""
    found = [0] * parts
    for seconds, memory in run.samples:
        part = min(int(parts * seconds / run.wall), parts - 1)
        found[part] = max(found[part], memory // _MEBIBYTE)
    return found


def leftovers(temporary: Path, groups: frozenset[Path]) -> Iterator[tuple[str, int]]:
    """Count what the run has left, when it had a moment to go."""
    end = time.monotonic() + _PATIENCE
    while psutil.Process().children(recursive=True) and time.monotonic() < end:
        time.sleep(0.05)
    yield "processes", len(psutil.Process().children(recursive=True))
    yield "files", sum(1 for _ in temporary.rglob("*"))
    yield "control groups", len(abandoned_groups() - groups)
    mounts = Path("/proc/self/mountinfo")
    lines = mounts.read_text().splitlines() if mounts.exists() else []
    yield "mounts", sum(str(temporary) in line for line in lines)


def abandoned_groups() -> frozenset[Path]:
    """Return the control groups whose nursery, which they have their name from, has ended."""
    found = (path for tree in cgroup_trees() for path in tree.glob("grader-[0-9]*"))
    return frozenset(path for path in found if not psutil.pid_exists(int(path.name[7:])))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-n", "--size", type=int, default=1000, help="how many submissions")
    parser.add_argument("-j", "--jobs", type=int, help="at a time; default: one for each core")
    parser.add_argument(
        "--slow", action="store_true", help=f"also {', '.join(sorted(SLOW))}, left out by default"
    )
    options = parser.parse_args()
    adopt_orphans()
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before\n"
    )
    groups = abandoned_groups()
    with tempfile.TemporaryDirectory(prefix="thousand-") as folder:
        place, temporary = Path(folder, "class"), Path(folder, "tmp")
        for one in (Path(folder), place, temporary):
            one.mkdir(exist_ok=True)
            one.chmod(0o711)
        write_class(place, options.size, slow=options.slow)
        tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
        jobs = ("--jobs", str(options.jobs)) if options.jobs else ()
        run = measure(ASSIGNMENT, place, options=jobs)
        left = dict(leftovers(temporary, groups))
        tempfile.tempdir = None
    if run.submissions != options.size:
        raise SystemExit(f"{run.submissions} of {options.size} submissions have a grade")
    kinds = len(samples(slow=options.slow))
    told = "" if options.slow else f", without {', '.join(sorted(SLOW))}"
    print(f"submissions            {run.submissions}, copies of {kinds} samples{told}")
    print(f"per minute             {60 * run.submissions / run.wall:.0f}")
    print(f"wall                   {run.wall:.0f} s")
    print(f"CPU of each            {1000 * run.cpu / run.submissions:.0f} ms")
    print(f"peak MB, by thirds     {', '.join(map(str, peaks(run)))}")
    print(f"left over              {', '.join(f'{n} {what}' for what, n in left.items())}")


if __name__ == "__main__":
    main()
