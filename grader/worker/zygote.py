"""A warm process that has imported a set of libraries, and forks a worker for each submission.

It never runs an operation of a framework: thread pools do not survive a fork, so it must have one
thread when it forks. What is imported lazily by the first use of a library is imported here.

Protocol on the control socket, one datagram a message: a JSON request with its descriptors (the
worker's connection to the grader, its output, what it joins its control groups through, and a
socket to reply on). The reply is ``{"pid": n}`` with a descriptor of the process, and later
``{"exit": status}``.

A zygote that has grown retires: it closes the control socket for requests, serves those that had
arrived, and ends when its last worker has.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.worker.confinement.child import Confinement, confine
from grader.worker.confinement.namespaces import fork_as_init
from grader.worker.datagrams import MAX_DESCRIPTORS, MESSAGE_BYTES
from grader.worker.main import run_worker
from grader.worker.memory import settle_memory, uncollected
from grader.worker.shell import warm_shell
from grader.worker.streams import silence

__all__ = ["Zygote", "preload", "serve"]

_WORKER_SOCKET = 3
# What the first use of a library imports; see also the figures in docs/security.md.
_LAZY = {
    "torch": ("torch._dynamo", "torch.utils.data", "torch.optim", "torch.nn.functional"),
    "tensorflow": ("keras", "keras.layers", "keras.optimizers"),
    "sklearn": (
        "sklearn.datasets",
        "sklearn.linear_model",
        "sklearn.metrics",
        "sklearn.model_selection",
        "sklearn.preprocessing",
    ),
}
_ALWAYS = (
    "numpy",
    "numpy.testing",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "grader.worker.modules",
    "asyncio",
    "difflib",
)


def preload(libraries: Sequence[str]) -> None:
    """Import the libraries and what they import lazily, and warm the shell."""
    for name in (*_ALWAYS, *libraries):
        importlib.import_module(name)
        for lazy in _LAZY.get(name, ()):
            importlib.import_module(lazy)
    warm_shell()


class Zygote:
    """Forks workers on request until the control socket is closed, or it retires.

    Args:
        control: where requests arrive.
        isolated: fork every worker as process 1 of a process namespace of its own.
        rules: fields of :class:`Confinement` that are the same for every worker.
        growth_mb: retire when the resident memory has grown by more than this since the start.
    """

    def __init__(
        self, control: socket.socket, *, isolated: bool, rules: dict[str, Any], growth_mb: float
    ) -> None:
        self._control = control
        self._rules = rules
        self._growth_mb = growth_mb
        self._retired = False
        self._own_namespace = (
            os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC) if isolated else None
        )
        self._replies: dict[int, socket.socket] = {}
        self._waiting = select.poll()

    def run(self) -> None:
        """Serve requests."""
        settle_memory()
        most_mb = resident_mb() + self._growth_mb
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self._control.send(json.dumps({"ready": True, "threads": thread_count()}).encode())
        self._waiting.register(self._control, select.POLLIN)
        self._waiting.register(wake_read, select.POLLIN)
        while self._replies or not self._retired:
            for descriptor, _ in self._waiting.poll():
                if descriptor == wake_read:
                    os.read(wake_read, MESSAGE_BYTES)
                    self._reap()
                elif descriptor != self._control.fileno():
                    self._abandon(descriptor)
                elif not self._take_request():
                    return
                elif resident_mb() > most_mb:
                    self._retire()

    def _take_request(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(
            self._control, MESSAGE_BYTES, MAX_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
        if not message:
            return False
        request = json.loads(message)
        connection, output, *doors, reply_to = descriptors
        reply = socket.socket(fileno=reply_to)
        try:
            child = self._fork()
        except OSError as error:
            with contextlib.suppress(OSError):  # who asked may have died
                reply.send(json.dumps({"error": f"fork: {error.strerror}"}).encode())
            reply.close()
        else:
            if child == 0:
                request["confinement"] |= self._rules
                _become_worker(request, connection, output, doors)
            process = os.pidfd_open(child)
            with contextlib.suppress(OSError):  # who asked may have died; then it is abandoned
                socket.send_fds(reply, [json.dumps({"pid": child}).encode()], [process])
            os.close(process)
            self._replies[child] = reply
            self._waiting.register(reply, select.POLLIN)
        for descriptor in (connection, output, *doors):
            os.close(descriptor)
        return True

    def _retire(self) -> None:
        """Take no more requests; the nursery cannot send any from now on, and replaces us.

        What it had sent before is in the queue, which can still be read.
        """
        self._retired = True
        self._control.shutdown(socket.SHUT_RD)
        while self._take_request():
            pass
        self._waiting.unregister(self._control)
        self._control.close()

    def _abandon(self, descriptor: int) -> None:
        """End a worker whose grading process has closed the reply socket, or has died."""
        for child, reply in self._replies.items():
            if reply.fileno() == descriptor:  # none if the worker was reaped a moment ago
                self._waiting.unregister(reply)
                os.kill(child, signal.SIGKILL)

    def _fork(self) -> int:
        if self._own_namespace is None:
            return os.fork()
        return fork_as_init(self._own_namespace)

    def _reap(self) -> None:
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not child:
                return
            reply = self._replies.pop(child, None)
            if reply is not None:
                with contextlib.suppress(KeyError):  # unregistered when it was abandoned
                    self._waiting.unregister(reply)
                exit_code = os.waitstatus_to_exitcode(status)
                with contextlib.suppress(OSError):  # the grader may have lost interest
                    reply.send(json.dumps({"exit": exit_code}).encode())
                reply.close()


def thread_count() -> int:
    """Return how many threads this process has."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Threads:")).split()[1])


def resident_mb() -> float:
    """Return how much memory this process has, shared libraries included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _become_worker(
    request: dict[str, Any], connection: int, output: int, doors: Sequence[int]
) -> None:
    """Turn this fork into a confined worker; never returns."""
    code = 1
    try:
        for group in doors:
            os.write(group, b"0")  # oneself
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _keep_only(connection, output)
        confine(Confinement(**request["confinement"]))
        run_worker(_WORKER_SOCKET, request["engine"])
        code = 0
    except BaseException as error:  # nobody above would hear of it
        print(f"{type(error).__name__}: {error}", file=sys.__stderr__, flush=True)
    finally:
        os._exit(code)


def _keep_only(connection: int, output: int) -> None:
    """Close every descriptor but nothing-in, output twice, and the connection as number 3."""
    copy = os.dup(connection)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(copy, _WORKER_SOCKET)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.closerange(_WORKER_SOCKET + 1, 1 << 16)


def serve(
    descriptor: int,
    libraries: Sequence[str],
    *,
    isolated: bool,
    rules: str | None = None,
    growth_mb: float,
) -> None:
    """Be a zygote on an inherited control socket; what a launched process calls.

    Args:
        descriptor: the control socket.
        libraries: what to import.
        isolated: fork every worker as process 1 of a process namespace of its own.
        rules: file of further rules for every worker, as JSON.
        growth_mb: see :class:`Zygote`.

    Raises:
        RuntimeError: importing the libraries started a thread, so that forks would deadlock.
    """
    with silence(), uncollected():
        preload(libraries)
    if thread_count() != 1:
        raise RuntimeError(f"the zygote has {thread_count()} threads after its imports, expected 1")
    common = json.loads(Path(rules).read_text(encoding="utf-8")) if rules else {}
    control = socket.socket(fileno=descriptor)
    Zygote(control, isolated=isolated, rules=common, growth_mb=growth_mb).run()
