"""Grades a class in one process after the other, each killed at some moment, and tells the end.

    python kills.py COURSE CLASS RESULTS KILLS SEED

This process has imported everything and keeps a nursery; what is killed are forks of it, each of
which leads a round as ``grader grade`` does. So fifty of them take seconds. RESULTS/whole is graded
without being killed, RESULTS/killed by as many processes as it takes. Prints JSON: the level, and
after each kill and at the end, the finished grades of the journal.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

import psutil

from grader.batch import Silent, grade_round
from grader.batch.journal import JOURNAL
from grader.catalog import find_course
from grader.checks.runner import keep_collected
from grader.pipeline import Rules, load_reference
from grader.report import compile_templates
from grader.sandbox import choose_level, open_nursery
from grader.submission import discover

SUBREAPER = 36  # linux/prctl.h: orphaned descendants become our children


def main(course: str, handed_in: str, results: str, kills: str, seed: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    assignment = find_course(Path(course)).assignment("toy")
    attempts = discover([Path(handed_in)], assignment=assignment.id)
    keep_collected(assignment, hidden=True)
    load_reference(assignment)
    compile_templates()
    level = choose_level(None)
    drawn = random.Random(int(seed))
    with open_nursery(level) as nursery:
        kept = {process.pid for process in psutil.Process().children()}

        def lead(output: Path) -> int:
            """Lead a round in a fork, and return its number."""
            child = os.fork()
            if child == 0:
                os.setsid()
                context = multiprocessing.get_context("fork")
                grade_round(
                    attempts,
                    assignment,
                    Rules(),
                    output,
                    Silent(),
                    processes=2,
                    level=level,
                    nursery=nursery,
                    context=context,
                )
                os._exit(0)
            return child

        lead_to_end(lead(Path(results, "first")))  # which waits for the zygote
        began = time.monotonic()
        lead_to_end(lead(Path(results, "whole")))
        # So long that some rounds end before they grade, and others grade a few.
        longest = 4 * (time.monotonic() - began) / len(attempts)
        killed = Path(results, "killed")
        journaled = []
        for _ in range(int(kills)):
            child = lead(killed)
            time.sleep(drawn.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
            end_family(kept)
            journaled.append(documents(killed))
        lead_to_end(lead(killed))
        journaled.append(documents(killed))
    print(json.dumps({"level": level, "journaled": journaled}))


def lead_to_end(child: int) -> None:
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"a round ended with {status}")


def end_family(kept: set[int]) -> None:
    """End all our processes but some: a killed round, and its grading processes.

    They are siblings that were forked from each other's owner, so that each holds the pipe by which
    the others would see that the round is gone. They are ended as the round was.
    """
    while left := {one.pid for one in psutil.Process().children()} - kept:
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def documents(results: Path) -> dict[str, str]:
    """Read the finished grades from a journal that nobody has open."""
    if not (results / JOURNAL).exists():
        return {}
    with contextlib.closing(sqlite3.connect(results / JOURNAL)) as journal:
        try:
            found = journal.execute("SELECT key, document FROM grades WHERE NOT due").fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            return {}  # killed before there was a table
    return dict(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
