"""Two submissions that are graded at the same time, by two processes, cannot help each other."""

from __future__ import annotations

import json
import multiprocessing
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.catalog import find_course
from grader.model import Cell, CellKind, Level, Submission, Transcript
from grader.pipeline import Graded, Rules, grade_submission
from grader.sandbox import NurseryAddress, connect, offers, open_nursery

COURSE = Path(__file__).parent / "course"
SECRET = "passed on between siblings"


@pytest.fixture(params=[one.level for one in offers() if one.available and one.level in "ABC"])
def level(request: pytest.FixtureRequest) -> Level:
    return Level(request.param)


# What both know: a place of every kind in which processes of one machine may meet.
MEETING = """
import mmap, os, pathlib, socket, time
from multiprocessing import shared_memory

FOLDERS = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/box", os.path.expanduser("~"), "@NURSERY@",
           "@NURSERY@/boxes", "@NURSERY@/home", "@NURSERY@/scratch", "@COURSE@"]
ADDRESSES = ["\\0hostile-meeting", *[f"{folder}/meeting.sock" for folder in FOLDERS]]
NETWORK = [(socket.AF_INET, ("127.0.0.1", 45991)), (socket.AF_INET6, ("::1", 45991))]
PRIVATE = [pathlib.Path(os.getcwd()), pathlib.Path(os.path.expanduser("~"))]
"""

GIVER = (
    MEETING
    + """
import threading

TEXT = "passed on between siblings"
open_for_ever = []

def give():
    for folder in [*FOLDERS, "."]:
        try:
            pathlib.Path(folder, "meeting.txt").write_text(TEXT)
            os.chmod(pathlib.Path(folder, "meeting.txt"), 0o666)
        except OSError:
            pass
    try:
        block = shared_memory.SharedMemory("hostile-meeting", create=True, size=4096)
        block.buf[: len(TEXT)] = TEXT.encode()
        open_for_ever.append(block)
    except OSError:
        pass
    for family, address in [*[(socket.AF_UNIX, one) for one in ADDRESSES], *NETWORK]:
        try:
            server = socket.socket(family)
            server.bind(address)
            server.listen()
            open_for_ever.append(server)
            threading.Thread(target=serve, args=(server,), daemon=True).start()
        except OSError:
            pass

def serve(server):
    while True:
        client, _ = server.accept()
        client.sendall(TEXT.encode())
        client.close()

give()
print("given", len(open_for_ever))
time.sleep(3)
"""
)

TAKER = (
    MEETING
    + """
time.sleep(1.5)
found = []
for folder in FOLDERS:
    for path in [pathlib.Path(folder, "meeting.txt"), *pathlib.Path(folder).glob("*/meeting.txt")]:
        if path.parent not in PRIVATE:
            try:
                found.append(path.read_text())
            except OSError:
                pass
for pid in range(1, 1 << 15):
    for place in ("cwd", "root/box"):
        try:
            found.append(pathlib.Path(f"/proc/{pid}/{place}/meeting.txt").read_text())
        except OSError:
            pass
try:
    found.append(bytes(shared_memory.SharedMemory("hostile-meeting").buf).decode())
except OSError:
    pass
for family, address in [*[(socket.AF_UNIX, one) for one in ADDRESSES], *NETWORK]:
    try:
        client = socket.socket(family)
        client.settimeout(1)
        client.connect(address)
        found.append(client.recv(4096).decode())
    except OSError:
        pass
print("taken", found)
"""
)

# Whom a process may harm: everybody of the same user, if nothing stands between them. Each try
# needs the right to do harm, and does none: it changes nothing, or sends no signal.
BULLY = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
limits, mask = ctypes.create_string_buffer(16), ctypes.create_string_buffer(128)
met = []
for pid in {*range(2, os.getpid() + 500), int("@GRADER@"), os.getppid()} - {0, os.getpid()}:
    libc.sched_getaffinity(pid, 128, mask)
    tries = {
        "limits": libc.prlimit(pid, 7, None, limits),
        "processors": any(mask.raw) and libc.sched_setaffinity(pid, 128, mask),
        "turns": libc.setpriority(0, pid, libc.getpriority(0, pid)),
        "end": libc.kill(pid, 0),
    }
    met += [(pid, name) for name, code in tries.items() if code == 0 and code is not False]
met += [("all", "end")] if libc.kill(-1, 0) == 0 else []
print("met", met)
"""


def grade_here(address: NurseryAddress, course: Path, cells: tuple[str, ...], pipe: Any) -> None:
    """Grade a notebook; run in a process of its own, as in a batch."""
    submission = Submission(
        student="mallory",
        path="toolkit.ipynb",
        cells=tuple(Cell(kind=CellKind.CODE, source=cell) for cell in cells),
    )
    assignment = find_course(course).assignment("toolkit")
    with connect(address) as sandbox:
        pipe.send(grade_submission(submission, assignment, Rules(secret="s"), sandbox=sandbox))


def together(level: Level, *notebooks: tuple[str, ...]) -> list[tuple[Decimal, str]]:
    """Grade notebooks at the same time, each by a process; return scores and what was printed."""
    context = multiprocessing.get_context("fork")
    graded: list[Graded] = []
    with open_nursery(level) as address:
        places = {
            "@NURSERY@": address.folder,
            "@COURSE@": str(COURSE),
            "@GRADER@": str(os.getpid()),
        }
        running = []
        for notebook in notebooks:
            text = json.dumps(notebook)
            for place, path in places.items():
                text = text.replace(place, path)
            cells = tuple(json.loads(text))
            ours, theirs = context.Pipe()
            process = context.Process(target=grade_here, args=(address, COURSE, cells, theirs))
            process.start()
            theirs.close()
            running.append((process, ours))
        for process, pipe in running:
            assert pipe.poll(120), "a grading process hangs"
            graded.append(pipe.recv())
            process.join()
            assert process.exitcode == 0
    return [(one.grade.score, printed(one.transcript)) for one in graded]


def printed(transcript: Transcript | None) -> str:
    """Return everything that a notebook printed."""
    assert transcript is not None
    return "".join(str(out.get("text", "")) for run in transcript.runs for out in run.outputs)


def test_nothing_passes_between_siblings(level: Level, base: Any) -> None:
    (giver, given), (taker, taken) = together(
        level, (base.EVERYTHING, GIVER), (base.HONEST_HALF, TAKER)
    )
    assert "given" in given, "the giver's cell was cut short"
    assert "taken []" in taken
    assert SECRET not in taken
    assert (giver, taker) == (100, 50)


def test_a_bully_meets_nobody(level: Level, base: Any) -> None:
    (victim, _), (bully, said) = together(level, (base.EVERYTHING,), (base.HONEST_HALF, BULLY))
    assert "met []" in said
    assert (victim, bully) == (100, 50)
