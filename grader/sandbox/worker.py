"""One worker: asked over its connection, watched, and ended with everything that it started."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from grader.errors import SandboxError, WorkerCrashed
from grader.model import Engine
from grader.sandbox.deadline import Deadline
from grader.sandbox.process import Demands, Process
from grader.sandbox.watchdog import Watchdog
from grader.wire import Channel, ChannelClosed, Frame, WireError
from grader.worker.settings import SIGNALLED

__all__ = ["Worker"]

_CHUNK = 1 << 16
_CHUNKS_AT_ONCE = 16
_EVENTS_PER_CELL = 8  # times the output allowance that the worker itself keeps to
_REAP_SECONDS = 1
_TAIL_CHARACTERS = 500


class Worker:
    """A running worker.

    Args:
        process: its process, freshly started.
        demands: what it was started for.
        on_event: called with every event that the worker sends, and with what arrives on the
            process's raw output as an event of its own.
    """

    def __init__(
        self, process: Process, demands: Demands, on_event: Callable[[dict[str, Any]], None]
    ) -> None:
        self._process = process
        self._limits = demands.limits
        self._engine = demands.engine
        self._on_event = on_event
        self._event_bytes = 0
        os.set_blocking(process.output, False)
        self._output_open = True
        try:
            self._handle = psutil.Process(process.pid)
            self._watchdog = Watchdog(process, demands)
        except psutil.Error as error:
            process.end()
            raise SandboxError("a worker process ended while it was being started") from error
        _share_core(process.pid)
        if demands.engine is Engine.SHELL:
            _take_turns(process.pid)
        self._last_cpu = 0.0
        self._tail = ""
        self._deadline: Deadline | None = None
        self._channel = Channel(
            process.connection, max_buffers=demands.limits.message_mb << 20, wait=self._wait
        )

    def request(
        self, header: dict[str, Any], buffers: Sequence[Any] = (), *, deadline: Deadline
    ) -> Frame:
        """Send one request and return its answer.

        Raises:
            DeadlineExceeded: the answer did not come in time.
            WorkerCrashed: the process ended, or answered with something else.
        """
        number = int.from_bytes(os.urandom(8))
        self._tail = ""
        self._deadline = deadline
        self._event_bytes = 0
        try:
            self._channel.send({"id": number, **header}, buffers)
            while True:
                frame = self._channel.receive()
                if "event" in frame.header:
                    self._count(frame)
                    self._on_event(frame.header)
                elif frame.header.get("id") == number:
                    return frame
                else:
                    raise WorkerCrashed("the submission's process sent an answer nobody asked for")
        except ChannelClosed:
            raise WorkerCrashed(self._epitaph()) from None
        except WireError as error:
            raise WorkerCrashed(
                f"the submission's process sent a broken message: {error}"
            ) from None
        finally:
            self._deadline = None

    def collect_output(self) -> None:
        """Pass on what was written to the raw output until now."""
        self._drain()

    def cpu_seconds(self) -> float:
        """Return the CPU seconds used so far.

        Of child processes those that have ended count, and the running ones only where the
        notebook runs in one (looking for them costs milliseconds).
        """
        processes = self._tree() if self._engine is Engine.JUPYTER else [self._handle]
        total = 0.0
        for process in processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        self._last_cpu = max(self._last_cpu, total)
        return self._last_cpu

    def close(self) -> None:
        """End the process and everything that it started, and remove what it wrote."""
        self._output_open = False
        self._process.end()
        self._channel.close()

    def _tree(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            return [self._handle, *self._handle.children(recursive=True)]
        return [self._handle]

    def _wait(self, direction: str) -> None:
        """Wait until the socket may be ready; meanwhile keep the output pipe from filling."""
        assert self._deadline is not None
        seconds = min(self._deadline.check(), self._watchdog.check())
        readers: list[int] = [self._channel.fileno()] if direction == "read" else []
        if self._output_open:
            readers.append(self._process.output)
        writers = [self._channel.fileno()] if direction == "write" else []
        ready, _, _ = select.select(readers, writers, [], seconds)
        if self._process.output in ready:
            self._drain()

    def _drain(self) -> None:
        """Read what was written to the raw output: by C code, and by child processes."""
        for _ in range(_CHUNKS_AT_ONCE):  # whoever writes faster than we read must not keep us here
            if not self._output_open:
                return
            try:
                data = os.read(self._process.output, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._output_open = False
                return
            if self._event_bytes <= self._limits.output_kb * 1024:
                self._event_bytes += len(data)
                text = data.decode("utf-8", "replace")
                self._tail = (self._tail + text)[-_TAIL_CHARACTERS:]
                self._on_event({"event": "stream", "name": "stdout", "text": text})

    def _count(self, frame: Frame) -> None:
        """Keep a worker that ignores its own output allowance from filling our memory."""
        if frame.buffers:
            raise WireError("an event with buffers")
        self._event_bytes += sum(map(_size, frame.header.values())) + 64
        if self._event_bytes > self._limits.output_kb * 1024 * _EVENTS_PER_CELL:
            raise WireError("far more output than the assignment allows")

    def _epitaph(self) -> str:
        """Say how the process ended, with the last that it wrote past Python."""
        code = self._process.exit_code(_REAP_SECONDS)
        if self._engine is Engine.JUPYTER and code is not None and code > SIGNALLED:
            code = SIGNALLED - code
        self._drain()
        ending = _ending(code)
        if self._process.out_of_memory():
            ending = (
                "the submission's process was ended because it used more memory than the "
                f"{self._limits.memory_mb} MB that are allowed"
            )
        return f"{ending}\n{self._tail.strip()}".strip()


def _share_core(pid: int) -> None:
    """Let a process run where this one does: waking another core is slow."""
    if hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(pid, os.sched_getaffinity(0))


def _take_turns(pid: int) -> None:
    """Let no thread of a process push its running one aside when it wakes.

    At the end of an epoch TensorFlow wakes a thread of its data pipeline just before it notes that
    this one should stop, and who looks too soon goes back to sleep, for up to 80 ms. A Jupyter
    kernel is the other way round: its thread that passes on what compiled code writes must be quick
    to find the cell that wrote it.
    """
    if hasattr(os, "sched_setscheduler"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))


def _ending(code: int | None) -> str:
    if code is None:
        return "the submission's process closed its connection"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"the submission's process was ended by {name}{_reason(name)}"
    return f"the submission's process ended itself with exit code {code}"


def _reason(name: str) -> str:
    match name:
        case "SIGKILL":
            return ", often because it used too much memory"
        case "SIGABRT":
            return ": compiled code gave up, usually with a message of its own"
        case "SIGSEGV" | "SIGBUS":
            return ": a crash in compiled code, often too deep a recursion or a wrong array index"
        case _:
            return ""


def _size(part: object) -> int:
    """Roughly the memory of a JSON value, without walking deep ones more than once."""
    if isinstance(part, str):
        return len(part)
    if isinstance(part, dict):
        return sum(len(key) + _size(value) for key, value in part.items())
    if isinstance(part, list):
        return sum(map(_size, part))
    return 8
