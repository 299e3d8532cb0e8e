"""What a submission prints and displays, sent to the grader as events.

An event is a claim like everything else from a worker. The cap here is a courtesy that keeps an
honest flood of prints from ending the run; the grader has a cap of its own.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Events", "Stream", "flush_streams", "replace_streams", "silence"]

_FLUSH_CHARACTERS = 8192
_FLUSH_SECONDS = 0.05
_MAX_MESSAGE = 4000
_MAX_LINES = 100
_LEFT_OUT = "[a display of {size} kB is left out: the assignment allows {kilobytes} kB per cell]\n"
_CUT = "\n[output cut here: the assignment allows {kilobytes} kB per cell]\n"


class Events:
    """Sends events of the running cell, up to a number of bytes per cell.

    Args:
        send: sends one message; must be safe to call from several threads.
        kilobytes: how much output one cell may send.
    """

    def __init__(self, send: Callable[[dict[str, Any]], None], kilobytes: int) -> None:
        self._send = send
        self._kilobytes = kilobytes
        self._left = kilobytes * 1024
        # Reentrant: a signal handler or a finaliser may print in the middle of a print.
        self._lock = threading.RLock()

    def start_cell(self) -> None:
        """Give the next cell its full allowance."""
        self._left = self._kilobytes * 1024

    def stream(self, name: str, text: str) -> None:
        """Send printed text; what is over the allowance is cut, once and visibly."""
        with self._lock:
            if self._left <= 0:
                return
            if len(text) > self._left:
                text = text[: self._left] + _CUT.format(kilobytes=self._kilobytes)
                self._left = 0
            else:
                self._left -= len(text)
        self._send({"event": "stream", "name": name, "text": text})

    def error(self, name: str, message: str, lines: list[str]) -> None:
        """Send an exception; a message or traceback of endless length is cut."""
        cut = [line[:_MAX_MESSAGE] for line in lines[-_MAX_LINES:]]
        self.output("error", ename=name, evalue=message[:_MAX_MESSAGE], traceback=cut)

    def output(self, event: str, **fields: Any) -> None:
        """Send a display or a result; one over the allowance is dropped, visibly."""
        size = sum(len(part) for part in fields.get("data", {}).values() if isinstance(part, str))
        if size > self._left:
            notice = _LEFT_OUT.format(size=-(-size // 1024), kilobytes=self._kilobytes)
            self.stream("stderr", notice)
            return
        self._left -= size
        self._send({"event": event, **fields})


class Stream(io.TextIOBase):
    """A text stream whose writes become events; stands in for stdout and stderr."""

    def __init__(self, events: Events, name: str, descriptor: int) -> None:
        super().__init__()
        self._events = events
        self._name = name
        self._descriptor = descriptor
        self._parts: list[str] = []
        self._size = 0
        self._flushed = 0.0

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding that libraries ask a stream for."""
        return "utf-8"

    @property
    def name(self) -> str:
        """``<stdout>`` or ``<stderr>``."""
        return f"<{self._name}>"

    def writable(self) -> bool:
        """Return True."""
        return True

    def isatty(self) -> bool:
        """Return False: progress bars then print plain lines."""
        return False

    def fileno(self) -> int:
        """Return the descriptor that child processes inherit."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Buffer ``text``; a long or old buffer is sent."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._parts.append(text)
        self._size += len(text)
        # A crash loses what is buffered, so at most the last few milliseconds.
        if self._size > _FLUSH_CHARACTERS or time.monotonic() - self._flushed > _FLUSH_SECONDS:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what is buffered."""
        self._flushed = time.monotonic()
        if self._parts:
            parts, self._parts, self._size = self._parts, [], 0
            self._events.stream(self._name, "".join(parts))


def replace_streams(events: Events) -> None:
    """Let everything that Python prints become events."""
    sys.stdout = Stream(events, "stdout", 1)
    sys.stderr = Stream(events, "stderr", 2)


def flush_streams() -> None:
    """Send what is buffered, whatever stands in for the streams by now."""
    for stream in (sys.stdout, sys.stderr):
        # The student may have replaced or closed them, or raise SystemExit in flush().
        with contextlib.suppress(BaseException):
            stream.flush()


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Discard what this process prints, also below Python: what libraries say as they are imported.

    An exception is none the quieter for it.
    """
    flush_streams()  # what was printed before was meant
    kept = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor in kept:
            os.dup2(nowhere, descriptor)
        yield
    finally:
        flush_streams()
        for descriptor, original in kept.items():
            os.dup2(original, descriptor)
            os.close(original)
        os.close(nowhere)
