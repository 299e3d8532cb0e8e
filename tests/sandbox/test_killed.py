"""Whichever process of the grader is killed in the middle of a class, it leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil
import pytest

from grader.model import Level
from grader.sandbox import offers
from grader.sandbox.cgroup import cgroup_trees

if TYPE_CHECKING:
    from tests.conftest import CourseBuilder

LEVELS = [offer.level for offer in offers() if offer.available]
FORKED = [level for level in LEVELS if level is not Level.D]
SECONDS = 60.0
SLOW = 8.0
NOTEBOOK = """\
import os, sys, threading, time
open('mine', 'w').write('a file')
threading.Thread(target=time.sleep, args=(1000,)).start()
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        while True:
            time.sleep(1)
except OSError:
    pass
def f(x):
    print('started', file=sys.__stderr__, flush=True)
    while True:
        time.sleep(0.01)
"""
TEST = """\
@pytest.mark.points(10)
def test_f(submission):
    \"\"\"f waits for ever.\"\"\"
    submission.f(1)
"""


class Command(NamedTuple):
    """A running ``grader grade``, with the folder that holds all of its temporary files."""

    process: subprocess.Popen[bytes]
    temporary: Path
    results: Path

    def family(self) -> list[psutil.Process]:
        """Return the command's processes, itself first."""
        command = psutil.Process(self.process.pid)
        return [command, *command.children(recursive=True)]

    def named(self, *words: str) -> list[psutil.Process]:
        """Return those of its processes whose command line has all these words."""
        return [
            process
            for process in self.family()
            if all(word in " ".join(_arguments(process)) for word in words)
        ]

    def workers(self, level: Level) -> int:
        """Count the processes of submissions, and of the zygotes that they come from."""
        if level is Level.D:
            return len(self.named("grader.worker "))
        return len(self.named("grader.worker.zygote"))


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:  # it ended in between
        return False


@pytest.fixture
def command(level: Level, course: CourseBuilder, tmp_path: Path) -> Iterator[Command]:
    """Grade a class of two at a time, until every worker is in its endless call."""
    limits = {"call_seconds": 50, "processes": 8 if level in (Level.A, Level.B) else 0}
    course.assignment(TEST, limits=limits)
    handed_in = tmp_path / "class"
    handed_in.mkdir()
    for student in ("ada", "bob", "eve"):
        cell = {"cell_type": "code", "source": NOTEBOOK, "metadata": {}, "outputs": []}
        document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        cell["execution_count"] = None
        (handed_in / f"{student}.ipynb").write_text(json.dumps(document))
    # The path of a socket may have some hundred characters, a pytest folder has most of them.
    temporary = Path(tempfile.mkdtemp(prefix="ends-"))
    temporary.chmod(0o711)
    results = tmp_path / "results"
    arguments = ["grade", "toy", handed_in, "-o", results, "--course", course.root, "-j", 2]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "grader", *map(str, arguments), "--isolation", level]
            + (["--trust"] if level is Level.D else []),
            env={**os.environ, "TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    running = Command(process, temporary, results)
    workers = {Level.A: 5, Level.B: 5, Level.C: 3, Level.D: 2}[level]
    family: list[psutil.Process] = []
    try:
        # A zygote and its keeper, two workers and what they have started.
        wait(lambda: running.workers(level) >= workers or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "log").read_text()
        time.sleep(0.3)
        family = running.family()
        yield running
    finally:
        for left in family:
            if left.is_running():
                left.kill()
        process.wait()
        shutil.rmtree(temporary, ignore_errors=True)


def wait(until: Callable[[], bool], seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        time.sleep(0.01)


def left(family: list[psutil.Process], command: Command, groups: list[str]) -> list[str]:
    """Name what there still is of a command."""
    alive = [
        f"process {process.pid}: {' '.join(_arguments(process))[:200]}"
        for process in family
        if _lives(process)
    ]
    folders = [str(path) for path in command.temporary.iterdir()]
    cgroups = [str(tree / group) for tree in cgroup_trees() for group in groups]
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    return [
        *alive,
        *folders,
        *(path for path in cgroups if Path(path).exists()),
        *(line for line in mounts if str(command.temporary) in line),
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_the_command_is_killed(level: Level, command: Command, record_property) -> None:
    family = command.family()
    groups = [f"grader-{nursery.pid}" for nursery in command.named("grader.sandbox.nursery")]
    assert bool(groups) == (level is not Level.D)
    began = time.monotonic()
    command.process.kill()
    command.process.wait()
    # At level D there is nobody who could remove the folders.
    kept = len(list(command.temporary.iterdir())) if level is Level.D else 0
    wait(lambda: len(left(family, command, groups)) <= kept, SLOW)
    seconds = time.monotonic() - began
    found = left(family, command, groups)
    assert len(found) <= kept, found
    assert not any("process" in line for line in found), found
    record_property("isolation level", level.value)
    record_property("end", (level.value, "the command killed", seconds))


@pytest.mark.parametrize("level", FORKED)
@pytest.mark.parametrize("victim", ["nursery", "zygote", "grading process", "forkserver"])
def test_another_process_is_killed(level: Level, victim: str, command: Command) -> None:
    nursery = command.named("grader.sandbox.nursery")[0]
    words = {
        "nursery": "grader.sandbox.nursery",
        "zygote": "grader.worker.zygote",
        "grading process": "forkserver",
        "forkserver": "forkserver",
    }
    family = command.family()
    # The server is the first of its kind, and what it has forked comes after it.
    victims = command.named(words[victim])
    victims[1 if victim == "grading process" else 0].kill()
    if victim in ("nursery", "zygote", "forkserver"):
        # What was being graded is lost, and the next would wait for as long again.
        time.sleep(0.5)
        command.process.terminate()
    try:
        command.process.wait(1)
    except subprocess.TimeoutExpired:
        command.process.send_signal(2)
        command.process.wait(SECONDS)
    groups = [f"grader-{nursery.pid}"]
    wait(lambda: not left(family, command, groups), SLOW)
    assert left(family, command, groups) == []
