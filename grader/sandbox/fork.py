"""Levels A to C: workers forked from the warm zygotes of a nursery."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import NamedTuple

from grader.errors import SandboxError
from grader.model import Engine, Level
from grader.sandbox.cgroup import Cgroup, cgroup_trees, remove_cgroups
from grader.sandbox.libraries import expected_set
from grader.sandbox.process import Demands, Process, Sandbox, SpawnSandbox
from grader.sandbox.removal import remove_folder
from grader.worker.confinement.child import BOX, Confinement
from grader.worker.datagrams import MESSAGE_BYTES

__all__ = ["ForkSandbox", "NurseryAddress", "connect", "open_nursery"]

_NURSERY_ENDS_SECONDS = 1.0
_REPLY_SECONDS = 180.0
_END_SECONDS = 5.0
# Forking leaves no more than some kB behind; this much would show a leak long before it hurts.
_GROWTH_MB = 64.0
_SLOT_USERS = 61_000
_JUPYTER_PROCESSES = 8
# What a framework starts for itself, twice what the references need.
_THREADS = {"torch": 32, "tensorflow": 128}
_FEW_THREADS = 32
# Where processes may be started each of these can be a copy of the whole worker. The kernel needs
# some 10 ms to end one, and all are to be gone within a second. A Jupyter kernel takes 21.
_THREADS_BESIDE_PROCESSES = 24
_numbers = itertools.count(1)


class NurseryAddress(NamedTuple):
    """Where a nursery listens, and the name of its control groups below each of their trees."""

    level: Level
    folder: str = ""
    groups: str = ""
    trees: tuple[Path, ...] = ()


@contextlib.contextmanager
def open_nursery(
    level: Level,
    *,
    first: Path | None = None,
    allowed: Sequence[str] = (),
    growth_mb: float = _GROWTH_MB,
) -> Iterator[NurseryAddress]:
    """Make workers of a level available for the duration of a block, to any process.

    Args:
        level: at D, every worker is simply a new process.
        first: something that was handed in: the zygote that it will need is started at once.
        allowed: packages that its assignment allows.
        growth_mb: a zygote that has grown by more than this since its start is replaced.

    Raises:
        SandboxError: the nursery cannot be started.
    """
    if level is Level.D:
        yield NurseryAddress(level)
        return
    key = None if first is None else [expected_set(first, allowed), allowed]
    orders = (level, get_temp_dir(), str(growth_mb), json.dumps(key))
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "grader.sandbox.nursery", *orders],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    address = None
    try:
        told = process.stdout.readline()
        if not told:
            raise SandboxError(
                "the process that starts workers could not be started",
                remedy="Its error is above; `grader doctor` tells what this machine lacks.",
            )
        # Asked for once: to find out, groups are made and removed.
        trees = cgroup_trees() if level is Level.A else ()
        address = NurseryAddress(level, **json.loads(told), trees=trees)
        yield address
    finally:
        with contextlib.suppress(OSError):  # it has been killed
            process.stdin.write(b".")  # farewell: this process lives on
            process.stdin.close()
        process.stdout.close()
        try:
            process.wait(_NURSERY_ENDS_SECONDS)
        except subprocess.TimeoutExpired:  # whatever keeps it, nobody shall have to wait
            process.kill()
            process.wait()
        if address is not None and process.returncode < 0:  # killed, it could remove nothing
            remove_cgroups([tree / address.groups for tree in address.trees])
            remove_folder(Path(address.folder))


@contextlib.contextmanager
def connect(address: NurseryAddress) -> Iterator[Sandbox]:
    """Connect to a nursery, from whichever process.

    Raises:
        SandboxError: it is gone.
    """
    if address.level is Level.D:
        yield SpawnSandbox()
        return
    sandbox = ForkSandbox(address)
    try:
        yield sandbox
    finally:
        sandbox.close()


class ForkSandbox:
    """Asks a nursery for workers.

    Args:
        address: the nursery.
    """

    def __init__(self, address: NurseryAddress) -> None:
        self.level = address.level
        self._address = address
        self._nursery = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._nursery.connect(f"{address.folder}/socket")
        except OSError as error:
            raise SandboxError(f"the process that starts workers is gone: {error}") from error

    def start(self, demands: Demands) -> Process:
        """Start a process; see :class:`grader.sandbox.process.Sandbox`."""
        if demands.engine is Engine.JUPYTER and self.level is Level.C:
            raise SandboxError(
                "a Jupyter kernel is a second process, which level C does not allow",
                remedy="Use --engine shell, or a machine that offers level A or B.",
            )
        try:
            return _ForkedProcess(self._nursery, self._address, demands)
        except _ZygoteDied:
            # It was killed with the request already in its hands; the nursery starts another.
            return _ForkedProcess(self._nursery, self._address, demands)

    def close(self) -> None:
        """Close the connection to the nursery."""
        self._nursery.close()


class _ZygoteDied(SandboxError):
    """A zygote took a request, and died before it answered."""


class _ForkedProcess:
    def __init__(self, nursery: socket.socket, address: NurseryAddress, demands: Demands) -> None:
        self.metered = address.level is Level.A
        self._group: Cgroup | None = None
        self._box = _make_box(address) if address.level is Level.C else None
        rules = _confinement(address, demands, self._box)
        self.connection, theirs = socket.socketpair()
        self.output, their_output = os.pipe()
        self._replies, reply_to = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._replies.settimeout(_REPLY_SECONDS)
        request = {
            "libraries": demands.libraries,
            "allowed": demands.allowed,
            "engine": demands.engine,
            "confinement": rules._asdict(),
        }
        doors: list[int] = []
        try:
            if self.metered:
                doors = self._make_group(address, rules)
            socket.send_fds(
                nursery,
                [json.dumps(request).encode()],
                [theirs.fileno(), their_output, *doors, reply_to.fileno()],
            )
        except OSError as error:
            self._release()
            raise SandboxError(f"the process that starts workers is gone: {error}") from error
        finally:
            theirs.close()
            reply_to.close()
            for descriptor in (their_output, *doors):
                os.close(descriptor)
        self._handle = self._take_handle()
        self.pid = _number_of(self._handle)

    def exit_code(self, seconds: float) -> int | None:
        self._replies.settimeout(seconds)
        try:
            message = self._replies.recv(MESSAGE_BYTES)
        except TimeoutError:
            return None
        except OSError:
            return -signal.SIGKILL
        return int(json.loads(message)["exit"]) if message else -signal.SIGKILL

    def out_of_memory(self) -> bool:
        return self._group is not None and self._group.out_of_memory()

    def end(self) -> None:
        """Kill process 1 of the worker's namespace; the kernel then ends all others in it."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        self.exit_code(_END_SECONDS)
        self._release()

    def _take_handle(self) -> int:
        try:
            message, descriptors, _, _ = socket.recv_fds(
                self._replies, MESSAGE_BYTES, 1, socket.MSG_CMSG_CLOEXEC
            )
        except TimeoutError:
            message, descriptors = b'{"error": "no answer"}', []
        if descriptors:
            return descriptors[0]
        self._release()
        error = json.loads(message)["error"] if message else "who had to start it has died"
        raise (SandboxError if message else _ZygoteDied)(
            f"a worker could not be started: {error}",
            remedy="Run `grader doctor`; it tells what this machine lacks.",
        )

    def _make_group(self, address: NurseryAddress, rules: Confinement) -> list[int]:
        """Make the control group; return what the worker joins it through."""
        name = f"{address.groups}/{os.getpid()}-{next(_numbers)}"
        try:
            self._group = Cgroup(
                address.trees, name, memory_mb=rules.memory_mb, processes=rules.threads
            )
            return self._group.doors()
        except OSError as error:
            self._release()
            raise SandboxError(
                f"there is no control group for a worker: {error}", remedy="Use --isolation B."
            ) from error

    def _release(self) -> None:
        self.connection.close()
        for descriptor in (self.output, getattr(self, "_handle", None)):
            if descriptor is not None:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        self._replies.close()
        if self._group is not None:
            self._group.remove()
        if self._box is not None:
            remove_folder(self._box)


def _confinement(address: NurseryAddress, demands: Demands, box: Path | None) -> Confinement:
    limits = demands.limits
    jupyter = demands.engine is Engine.JUPYTER
    processes = max(limits.processes, _JUPYTER_PROCESSES if jupyter else 0)
    if address.level is Level.C:
        processes = 0  # without a namespace a daemon would escape
    threads = max([_FEW_THREADS, *(_THREADS.get(name, 0) for name in demands.libraries)])
    return Confinement(
        level=address.level,
        folder=BOX if box is None else str(box),
        memory_mb=limits.memory_mb,
        disk_mb=limits.disk_mb,
        cpu_seconds=2 * limits.total_seconds + 60,
        processes=processes,
        threads=_THREADS_BESIDE_PROCESSES + processes if processes else threads,
        loopback=jupyter,
        metered=address.level is Level.A,
        user=_slot_user() if address.level is Level.C else None,
    )


def _slot_user() -> int | None:
    """A user that no other worker has now: every grading process has one worker at a time.

    None where we may not change users, or where another user could not even read the interpreter
    (one in a private home folder); Landlock then stands alone.
    """
    if os.getuid() != 0 or not all(map(_open_to_all, (sys.prefix, sys.base_prefix))):
        return None
    return _SLOT_USERS + os.getpid() % 4000


@functools.cache
def _open_to_all(path: str) -> bool:
    folders = (Path(path), *Path(path).parents)
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def _make_box(address: NurseryAddress) -> Path:
    box = Path(address.folder) / "boxes" / f"{os.getpid()}-{next(_numbers)}"
    box.mkdir(mode=0o700)
    user = _slot_user()
    if user is not None:
        os.chown(box, user, user)
    return box


def _number_of(handle: int) -> int:
    """Return the process number behind a descriptor, as this process counts."""
    lines = Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pid:")).split()[1])
