"""The process behind a worker, however it was started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple, Protocol

from grader.errors import SandboxError
from grader.model import Engine, Level, Limits
from grader.sandbox.environment import environment, place_font_cache
from grader.sandbox.orphans import end_family, end_orphans
from grader.sandbox.payload import write_payload
from grader.sandbox.removal import remove_folder

__all__ = ["Demands", "Process", "Sandbox", "SpawnSandbox"]

_END_SECONDS = 5


class Demands(NamedTuple):
    """What a worker is started for.

    Attributes:
        engine: how it will run notebooks.
        limits: the assignment's limits.
        libraries: what it should find loaded; see :func:`grader.sandbox.libraries.library_set`.
        allowed: packages that the assignment allows; empty allows all.
    """

    engine: Engine
    limits: Limits
    libraries: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


class Process(Protocol):
    """A started worker process.

    Attributes:
        pid: its number in this process's own view.
        connection: our end of its socket.
        output: a descriptor that reads what it and its children write to stdout and stderr.
        metered: whether a cgroup watches its memory and processes.
    """

    pid: int
    connection: socket.socket
    output: int
    metered: bool

    def exit_code(self, seconds: float) -> int | None:
        """Wait for its end; return its exit code (negative: a signal), or None if it lives on."""
        ...

    def out_of_memory(self) -> bool:
        """Tell whether the kernel ended any of its processes for want of memory."""
        ...

    def end(self) -> None:
        """End it with everything that it started, and remove what it wrote."""
        ...


class Sandbox(Protocol):
    """Starts worker processes at one level of isolation.

    Attributes:
        level: what it offers.
    """

    level: Level

    def start(self, demands: Demands) -> Process:
        """Start a process.

        Raises:
            SandboxError: it cannot be started.
        """
        ...


class SpawnSandbox:
    """Level D: a new process with an environment and a folder of its own, and deadlines.

    It keeps apart what goes wrong, but not who means harm: the submission can read what this
    user can read.
    """

    level = Level.D

    def start(self, demands: Demands) -> Process:
        """Start a process; see :class:`Sandbox`."""
        return _SpawnedProcess(demands)


class _SpawnedProcess:
    metered = False

    def __init__(self, demands: Demands) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="submission-"))
        box = self._folder / "box"
        box.mkdir()
        place_font_cache(box)
        write_payload(self._folder / "payload")
        self.connection, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "grader.worker",
                    str(theirs.fileno()),
                    demands.engine,
                ],
                cwd=box,
                env=environment(box, self._folder / "payload"),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            remove_folder(self._folder)
            self.connection.close()
            raise SandboxError(
                f"a worker process cannot be started: {error}",
                remedy="Check the limits on processes and memory of this machine.",
            ) from error
        finally:
            theirs.close()
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.output = self._process.stdout.fileno()

    def exit_code(self, seconds: float) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def out_of_memory(self) -> bool:
        return False  # nobody counts

    def end(self) -> None:
        end_family(self.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        end_orphans(self._folder)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self.connection.close()
        remove_folder(self._folder)
