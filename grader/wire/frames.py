"""Frames over a socket: four bytes of header length, a JSON header, then its buffers.

The header names the sizes of the buffers, so a reader knows what follows and refuses it before
receiving it. A frame is a plain dictionary and a list of byte buffers; what they mean is the
business of :mod:`grader.wire.values`.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Buffer", "Channel", "ChannelClosed", "Frame", "WireError"]

_LENGTH = struct.Struct("!I")
_MEBIBYTE = 1 << 20
_PATIENCE = struct.pack("@ll", 0, 2000)  # seconds, microseconds: a timeval
_SMALL = 1 << 16  # bytes that are copied sooner than another system call is made
_MAX_BUFFERS = 100_000
# A parsed header takes far more memory than its text: 16 MB of "[],[],..." would become 500 MB.
_MAX_CONTAINERS = 1_000_000
_MAX_NESTING = 256
# The next brackets outside of strings, as a group.
_BRACKETS = re.compile(rb'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^][{}"]++)*+([][{}]++)', re.DOTALL)
_TO_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FROM_JSON = json.JSONDecoder().raw_decode
_HALF_PAIR = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")

_Wanted = TypeVar("_Wanted")
_Got = TypeVar("_Got", bytes, int)

# Of an array of bytes only one with one dimension, contiguous: so len() is its size.
Buffer = bytes | bytearray | npt.NDArray[np.uint8]


class WireError(ValueError):
    """A message breaks the protocol: too large, too deep, or not made of what is allowed."""


class ChannelClosed(WireError):
    """The other side has closed its end; there will be no more messages."""


class Frame(NamedTuple):
    """One message: a JSON object, and the buffers that its values refer to by index."""

    header: dict[str, Any]
    buffers: Sequence[Buffer] = ()


class Channel:
    """One end of a connected stream socket; any thread may send.

    Args:
        sock: the connected socket.
        max_header: largest header in bytes that :meth:`receive` accepts.
        max_buffers: largest sum of buffer sizes in bytes that :meth:`receive` accepts.
        wait: called with ``"read"`` or ``"write"`` when the socket was not ready for a few
            milliseconds; it must return once it may be, or raise (a deadline). Without it, the
            socket blocks.
    """

    def __init__(
        self,
        sock: socket.socket,
        *,
        max_header: int = 16 * _MEBIBYTE,
        max_buffers: int = 256 * _MEBIBYTE,
        wait: Callable[[str], None] | None = None,
    ) -> None:
        self._socket = sock
        self._max_header = max_header
        self._max_buffers = max_buffers
        self._wait = wait
        # What was received, and how much of it was read.
        self._pending = b""
        self._taken = 0
        # Frames of several threads must not mix, nor those of one that is interrupted.
        self._lock = threading.RLock()
        self._unsent: deque[memoryview] = deque()
        self._sending = False
        sock.setblocking(True)
        if wait is not None:
            # Most answers come at once: the system call that reads one also waits for it.
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                sock.setsockopt(socket.SOL_SOCKET, option, _PATIENCE)

    def fileno(self) -> int:
        """Return the socket's descriptor, for select and friends."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close this end; the other end then reads :class:`ChannelClosed`."""
        self._socket.close()

    def send(self, header: dict[str, Any], buffers: Sequence[Buffer] = ()) -> None:
        """Send one frame.

        Raises:
            ChannelClosed: the other side is gone.
            WireError: the header cannot be written as JSON, or is larger than allowed; nothing
                was sent.
        """
        sizes = list(map(len, buffers))
        try:
            text = _TO_JSON({**header, "sizes": sizes} if sizes else header).encode(
                "utf-8", "surrogatepass"
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise WireError(f"a message cannot be written as JSON: {error}") from error
        if len(text) > self._max_header:
            raise WireError(
                f"a message of {len(text) / _MEBIBYTE:.0f} MB besides its arrays; "
                f"at most {self._max_header / _MEBIBYTE:.0f} MB are allowed"
            )
        parts: tuple[Any, ...] = (_LENGTH.pack(len(text)), text, *buffers)
        if sum(sizes) <= _SMALL:
            # One system call for a small message; a large one is not copied together.
            parts = (b"".join(parts),)
        # Made before they are queued, all at once: making one can collect garbage, whose
        # finaliser may send a message of its own.
        views = [memoryview(part) for part in parts]
        with self._lock:
            self._unsent += views
            if not self._sending:  # else a signal handler or finaliser interrupted the sending
                self._send_waiting()

    def _send_waiting(self) -> None:
        self._sending = True
        try:
            while self._unsent:
                self._write(self._unsent.popleft())
        finally:
            self._sending = False

    def receive(self) -> Frame:
        """Receive one frame.

        Raises:
            ChannelClosed: the other side closed its end, even in the middle of a frame.
            WireError: the frame is larger than allowed or not a JSON object.
        """
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > self._max_header:
            raise WireError(f"a message header of {length} bytes; at most {self._max_header}")
        header = _parse(self._read(length))
        sizes = header.pop("sizes", [])
        self._check(sizes)
        return Frame(header, list(map(self._read_buffer, sizes)))

    def _check(self, sizes: Any) -> None:
        if not isinstance(sizes, list) or len(sizes) > _MAX_BUFFERS:
            raise WireError("a message has no proper list of buffer sizes")
        total = 0
        for size in sizes:
            if type(size) is not int or size < 0:
                raise WireError("a buffer size is not a whole number")
            total += size
        if total > self._max_buffers:
            raise WireError(
                f"a message of {total // _MEBIBYTE if total < 1 << 60 else 'countless'} MB; "
                f"at most {self._max_buffers / _MEBIBYTE:.0f} MB are allowed"
            )

    def _write(self, view: memoryview) -> None:
        while view.nbytes:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                assert self._wait is not None
                self._wait("write")
            except OSError as error:
                raise ChannelClosed("the other side is gone") from error

    def _read(self, size: int) -> bytes:
        end = self._taken + size
        if end > len(self._pending):
            self._fill(size)
            end = size
        data = self._pending[self._taken : end]
        self._take(end)
        return data

    def _take(self, end: int) -> None:
        """Note that what is pending was read up to ``end``; what was read whole is forgotten."""
        self._taken = end
        if end == len(self._pending):
            self._pending, self._taken = b"", 0

    def _fill(self, size: int) -> None:
        """Receive until ``size`` bytes are pending, and what came with them."""
        # Mostly nothing is pending, and the whole message comes at once.
        receive = self._socket.recv
        pending = self._pending[self._taken :] or self._receive_some(receive, _SMALL)
        if len(pending) < size:
            parts = bytearray(pending)
            while len(parts) < size:
                wanted = min(max(_SMALL, size - len(parts)), _MEBIBYTE)
                parts += self._receive_some(receive, wanted)
            pending = bytes(parts)
        self._pending, self._taken = pending, 0

    def _read_buffer(self, size: int) -> Buffer:
        """Read a buffer that may be written to."""
        return bytearray(self._read(size)) if size <= _SMALL else self._read_array(size)

    def _read_array(self, size: int) -> Buffer:
        """Read ``size`` bytes straight into an array: no copy for what is large."""
        array = np.empty(size, np.uint8)
        have = min(size, len(self._pending) - self._taken)
        array[:have] = np.frombuffer(self._pending, np.uint8, have, self._taken)
        self._take(self._taken + have)
        view = array.data
        while have < size:
            have += self._receive_some(self._socket.recv_into, view[have:])
        return array

    def _receive_some(self, receive: Callable[[_Wanted], _Got], wanted: _Wanted) -> _Got:
        """Return what a method of the socket receives, as soon as it is something."""
        while True:
            try:
                got = receive(wanted)
            except BlockingIOError:
                assert self._wait is not None
                self._wait("read")
                continue
            except OSError as error:
                raise ChannelClosed("the other side is gone") from error
            if not got:
                raise ChannelClosed("the other side closed its end")
            return got


def _parse(data: bytes) -> dict[str, Any]:
    """Read a header. Its strings can be written as UTF-8: halves of surrogate pairs are gone."""
    _check_nesting(data)
    if b"\\u" in data and _HALF_PAIR.search(data):
        raise WireError("a message header escapes characters that it should contain")
    text = data.decode("utf-8", "replace")
    try:
        header, end = _FROM_JSON(text)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message header is not JSON: {error}") from error
    if not isinstance(header, dict) or end != len(text):
        raise WireError("a message header is not a JSON object")
    return header


def _check_nesting(data: bytes) -> None:
    """Refuse what would be costly to parse, or too deep for those who walk through it."""
    if len(data) <= _MAX_NESTING:
        return
    opened = data.count(b"[") + data.count(b"{")  # those in strings too
    if opened > _MAX_CONTAINERS:
        raise WireError(f"a message header has more than {_MAX_CONTAINERS} lists and objects")
    if opened <= _MAX_NESTING:
        return
    brackets = bytearray()
    for found in _BRACKETS.finditer(data):
        brackets += found[1]
    for _ in range(_MAX_NESTING):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")  # the innermost ones
        if not brackets:
            return
    raise WireError("a message header nests too deeply, or its brackets do not match")
