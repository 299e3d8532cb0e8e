"""A submission can end only itself: what dies or hangs is replaced, and the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.errors import DeadlineExceeded, StudentError, WorkerCrashed
from grader.model import CellStatus

if TYPE_CHECKING:
    from conftest import MakeHost, Running

OK, CRASHED, TIMEOUT, NOT_RUN = (
    CellStatus.OK,
    CellStatus.CRASHED,
    CellStatus.TIMEOUT,
    CellStatus.NOT_RUN,
)
ENDLESS = "while True:\n    pass"


def statuses(running: Running) -> list[CellStatus]:
    return [run.status for run in running.transcript.runs]


def test_three_deaths_and_then_no_more(make_host: MakeHost) -> None:
    running = make_host(
        "def alive():\n    return kept\nkept = 'kept'",
        "print('last words', flush=True)\nimport os\nos._exit(3)",
        "import os\nos.abort()",
        "later = 1",
        "import ctypes\nctypes.string_at(0)",
        "never = 1",
    )
    assert statuses(running) == [OK, CRASHED, CRASHED, OK, CRASHED, NOT_RUN]
    assert "ended itself" in running.run(2).message
    assert "3 earlier cells" in running.run(6).message
    assert running.call("alive") == "kept"
    assert running.ask("get", "later") == 1
    with pytest.raises(NameError):
        running.ask("get", "never")


def test_an_endless_cell_is_stopped(make_host: MakeHost) -> None:
    running = make_host(
        f"print('before', flush=True)\n{ENDLESS}",
        "def alive():\n    return 1",
        cell_seconds=1,
        wall_factor=60,
    )
    assert statuses(running) == [TIMEOUT, OK]
    assert running.text(1) == "before\n"
    assert "code cell 1 was stopped after 1 seconds of computing" in running.run(1).message
    assert running.call("alive") == 1


def test_a_sleeping_cell_is_stopped(make_pair: MakeHost) -> None:
    running = make_pair("import time\ntime.sleep(1000)", "after = 1", cell_seconds=4, wall_factor=1)
    assert statuses(running) == [TIMEOUT, OK]
    assert "code cell 1 was still not finished after 4 seconds" in running.run(1).message


CALLS = """import os, signal, sys, time, ctypes, threading
counter = 0

def count():
    global counter
    counter += 1
    return counter

def endless():
    while True:
        pass

def stubborn():
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass

def leave():
    os._exit(7)

def abort():
    os.abort()

def crash():
    ctypes.string_at(0)

def recurse(n=0):
    return recurse(n + 1)

def hang_thread():
    threading.Thread(target=endless, daemon=False).start()
    return 'started'
"""


@pytest.fixture(scope="module")
def calls(make_host: MakeHost) -> Running:
    return make_host(CALLS, call_seconds=1, wall_factor=60, total_seconds=100)


def test_an_endless_call_costs_that_call_only(calls: Running) -> None:
    calls.host.begin(1)
    with pytest.raises(DeadlineExceeded, match="the call was stopped after 1 seconds") as caught:
        calls.call("endless")
    assert caught.value.clock == "cpu"
    with pytest.raises(WorkerCrashed, match="had ended earlier in this test"):
        calls.call("count")
    calls.host.begin(2)
    assert calls.call("count") == 1


def test_a_call_that_waits_for_ever_ends_on_the_wall_clock(make_pair: MakeHost) -> None:
    running = make_pair(CALLS, call_seconds=3, wall_factor=1)
    with pytest.raises(DeadlineExceeded, match="still not finished after 3 seconds") as caught:
        running.call("stubborn")
    assert caught.value.clock == "wall"
    assert running.host.waited_too_long
    running.host.begin(2)
    assert running.call("count") == 1


ENDINGS = {
    "leave": "the submission's process ended itself with exit code 7",
    "abort": "the submission's process was ended by SIG(ABRT|SEGV)",
    "crash": "the submission's process was ended by SIGSEGV: a crash in compiled code",
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_call_that_ends_its_process(calls: Running, name: str) -> None:
    calls.host.begin(1)
    with pytest.raises(WorkerCrashed, match=ENDINGS[name]):
        calls.call(name)
    calls.host.begin(2)
    assert calls.call("count") == 1


def test_an_endless_recursion_is_an_exception(calls: Running) -> None:
    calls.host.begin(1)
    with pytest.raises(StudentError) as caught:
        calls.call("recurse")
    assert caught.value.kind == "RecursionError"
    assert len(caught.value.trace) < 10_000


def test_state_stays_between_tests_while_the_worker_lives(calls: Running) -> None:
    calls.host.begin(1)
    before = calls.call("count")
    calls.host.begin(2)
    assert calls.call("count") == before + 1


def test_the_whole_has_an_allowance(make_pair: MakeHost) -> None:
    running = make_pair(CALLS, total_seconds=2, call_seconds=100, cell_seconds=100)
    with pytest.raises(DeadlineExceeded) as caught:
        running.call("endless")
    assert caught.value.clock == "total"
    running.host.begin(2)
    with pytest.raises(DeadlineExceeded, match="whole submission was stopped after 2 seconds"):
        running.call("endless")


def test_a_module_that_raises_keeps_what_it_defined(make_pair: MakeHost) -> None:
    running = make_pair(
        module="def first():\n    return 1\n\nimport sys\nprint('hi')\nsys.exit(2)\n"
    )
    run = running.run(1)
    assert run.status is CellStatus.ERROR
    assert run.message == "task.py, line 6: SystemExit: 2"
    assert running.text(1) == "hi\n"
    assert running.call("first") == 1


def test_a_module_with_a_syntax_error(make_pair: MakeHost) -> None:
    running = make_pair(module="x = 1\ndef broken(:\n")
    assert running.run(1).message.startswith("task.py, line 2: SyntaxError: ")
    with pytest.raises(NameError):
        running.call("broken")


def test_a_module_that_never_ends(make_pair: MakeHost) -> None:
    running = make_pair(module=ENDLESS, cell_seconds=1)
    assert statuses(running) == [TIMEOUT]
    with pytest.raises(NameError):
        running.call("anything")
