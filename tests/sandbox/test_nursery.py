"""Zygotes: replaced when they grow, unmoved by the end of those who asked them for a worker."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from threading import Timer
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from grader.model import Engine, Level
from grader.sandbox import NurseryAddress, offers, open_nursery
from grader.worker.confinement.child import Confinement

from .conftest import Place, hosting

if TYPE_CHECKING:
    from .conftest import Nursery

FORKED = [offer.level for offer in offers() if offer.available and offer.level is not Level.D]
WITH_AND_WITHOUT_NAMESPACES = sorted({FORKED[0], FORKED[-1]})
ALWAYS = -100_000.0  # by more than so many MB every zygote has grown
SECONDS = 20.0
COUNTER = """
calls = 0

def count():
    global calls
    calls += 1
    return calls
"""


def family(address: NurseryAddress) -> list[dict[str, Any]]:
    """Return pid, ppid and cmdline of the processes that a nursery and its children started."""
    nursery = psutil.Process(int(address.groups.rpartition("-")[2]))
    found = []
    for child in nursery.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(child.as_dict(["pid", "ppid", "cmdline", "status"]))
    return [told for told in found if told["status"] != psutil.STATUS_ZOMBIE]


def zygotes(address: NurseryAddress) -> dict[int, int]:
    """Return the numbers of a nursery's zygotes, and how many workers each of them has."""
    named = [told for told in family(address) if "grader.worker.zygote" in str(told["cmdline"])]
    parents = {told["pid"]: told["ppid"] for told in named}
    workers = Counter(parents.values())  # a worker has the command line of its zygote
    return {pid: workers[pid] for pid, parent in parents.items() if parent not in parents}


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("level", WITH_AND_WITHOUT_NAMESPACES)
def test_a_zygote_that_has_grown_is_replaced_and_its_workers_live_on(level: Level) -> None:
    with open_nursery(level, growth_mb=ALWAYS) as address:
        with hosting(Place(Engine.SHELL, level), address) as make:
            first = make(COUNTER)
            (old,) = zygotes(address)
            second = make(COUNTER)
            assert list(zygotes(address).values()) == [1, 1]
            (new,) = zygotes(address).keys() - {old}
            assert [first.call("count"), first.call("count"), second.call("count")] == [1, 2, 1]
            second.host.close()
            wait(lambda: new not in zygotes(address))
            assert zygotes(address) == {old: 1}
            assert first.call("count") == 3
        wait(lambda: family(address) == [])


def test_a_zygote_that_has_not_grown_stays(nursery: Nursery) -> None:
    level = FORKED[0]
    with hosting(Place(Engine.SHELL, level), nursery(level)) as make:
        make(COUNTER).host.close()
        before = zygotes(nursery(level)).keys()
        make(COUNTER)
        assert zygotes(nursery(level)).keys() == before


@pytest.mark.parametrize("level", FORKED[:1])
def test_a_zygote_that_was_killed_is_replaced(level: Level, nursery: Nursery) -> None:
    address = nursery(level)
    with hosting(Place(Engine.SHELL, level), address) as make:
        make(COUNTER)
        (zygote,) = (pid for pid, workers in zygotes(address).items() if workers)
        os.kill(zygote, signal.SIGKILL)
        wait(lambda: zygote not in zygotes(address))
        assert make(COUNTER).call("count") == 1


def test_a_worker_asked_of_a_zygote_that_dies_meanwhile_is_asked_of_another(
    nursery: Nursery,
) -> None:
    level = FORKED[0]
    address = nursery(level)
    with hosting(Place(Engine.SHELL, level), address) as make:
        first = make(COUNTER)
        (zygote,) = (pid for pid, workers in zygotes(address).items() if workers)
        first.host.close()
        os.kill(zygote, signal.SIGSTOP)  # it has the request, and cannot answer
        Timer(0.5, os.kill, (zygote, signal.SIGKILL)).start()
        assert make(COUNTER).call("count") == 1


# --- those who ask ------------------------------------------------------------------------------


def ask_for_worker(address: NurseryAddress) -> socket.socket:
    """Ask as a grading process does; return the socket on which the reply comes."""
    request = {
        "libraries": [],
        "allowed": [],
        "engine": Engine.SHELL,
        "confinement": Confinement(level=address.level, folder="/box")._asdict(),
    }
    replies, reply_to = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection, output = socket.socketpair()
    with (
        reply_to,
        connection,
        output,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as nursery,
    ):
        nursery.connect(f"{address.folder}/socket")
        theirs = [connection.fileno(), output.fileno(), reply_to.fileno()]
        socket.send_fds(nursery, [json.dumps(request).encode()], theirs)
    return replies


@pytest.mark.parametrize("level", FORKED[:1])
def test_requests_that_wait_while_a_zygote_retires_are_served(level: Level) -> None:
    with open_nursery(level, growth_mb=ALWAYS) as address:
        # All arrive while the first zygote starts, so that most of them wait in its queue.
        for replies in [ask_for_worker(address) for _ in range(8)]:
            with replies:
                _, (worker,), _, _ = socket.recv_fds(replies, 1000, 1)
                signal.pidfd_send_signal(worker, signal.SIGKILL)
                os.close(worker)
                assert json.loads(replies.recv(1000)) == {"exit": -signal.SIGKILL}
        wait(lambda: family(address) == [])


@pytest.mark.parametrize("level", FORKED)
def test_who_asks_may_end_before_the_answer(level: Level, nursery: Nursery) -> None:
    address = nursery(level)
    with hosting(Place(Engine.SHELL, level), address) as make:
        neighbour = make(COUNTER)
        before = zygotes(address)
        (zygote,) = (pid for pid, workers in before.items() if workers)
        os.kill(zygote, signal.SIGSTOP)
        ask_for_worker(address).close()
        os.kill(zygote, signal.SIGCONT)
        # The next is served after it, by the same.
        make(COUNTER).host.close()
        wait(lambda: zygotes(address) == before)
        assert neighbour.call("count") == 1


@pytest.mark.parametrize("level", FORKED)
def test_who_asked_may_end_together_with_the_worker(level: Level, nursery: Nursery) -> None:
    address = nursery(level)
    with hosting(Place(Engine.SHELL, level), address) as make:
        neighbour = make(COUNTER)
        before = zygotes(address)
        # The zygote, busy with the next request, hears of both at the same time.
        for replies in [ask_for_worker(address) for _ in range(20)]:
            _, (worker,), _, _ = socket.recv_fds(replies, 1000, 1)
            signal.pidfd_send_signal(worker, signal.SIGKILL)
            assert select.select([worker], [], [], SECONDS)[0]  # it has ended
            os.close(worker)
            replies.close()
        wait(lambda: zygotes(address) == before)
        assert neighbour.call("count") == 1
