"""When a host is closed, nothing of its submission is left."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from conftest import MakeHost, Running

SOURCE = """import os, subprocess, sys, threading, time

BORN = os.urandom(8).hex()

def place():
    return os.getcwd()

def born():
    return BORN

def child():
    return subprocess.Popen(['sleep', '1000']).pid

def session():
    return subprocess.Popen(['sleep', '1000'], start_new_session=True).pid

def grandchild():
    process = subprocess.Popen(
        ['sh', '-c', 'sleep 1000 & echo $!; wait'], stdout=subprocess.PIPE, text=True
    )
    return int(process.stdout.readline())

def daemon(name):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir('/')
            os.execvp('sh', [name, '-c', 'sleep 1000; true'])
        os._exit(0)
    os.wait()

def thread():
    threading.Thread(target=time.sleep, args=(1000,)).start()
"""


def gone(pid: int) -> bool:
    """Wait for the end of a process; only a slow machine needs more than a moment."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def running(make_parent: MakeHost) -> Running:
    return make_parent(SOURCE, files={"data.csv": b"1"})


def test_processes_and_folder_are_gone(running: Running) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    folder = Path(running.call("place"))
    assert before
    for name in ("child", "session", "grandchild"):
        assert running.call(name) > 0
    running.call("thread")
    made = {process.pid for process in psutil.Process().children(recursive=True)}
    assert len(made - before) >= 4
    running.host.close()
    assert all(gone(pid) for pid in made - before)
    # Seen from here; a sandbox may have shown the folder under another name.
    assert not folder.is_relative_to("/tmp") or not (folder / "data.csv").exists()


def named(name: str) -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if (process.info["cmdline"] or [""])[0] == name]


def test_a_daemon_is_gone(running: Running) -> None:
    name = f"daemon-{secrets.token_hex(8)}"
    running.call("daemon", name)
    until = time.monotonic() + 20
    while not named(name) and time.monotonic() < until:
        time.sleep(0.02)
    daemons = named(name)  # two, while the shell is starting what it sleeps in
    assert daemons
    running.host.close()
    assert all(gone(daemon.pid) for daemon in daemons)
    assert not named(name)


def test_closing_twice_is_closing(running: Running) -> None:
    running.host.close()
    running.host.close()


def test_a_closed_host_can_be_asked_again_after_begin(running: Running) -> None:
    first = running.call("born")
    running.host.close()
    running.host.begin(1)
    assert running.call("born") != first
