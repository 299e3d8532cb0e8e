"""Frames over real sockets: whole, in pieces, cut off, and hostile."""

from __future__ import annotations

import gc
import json
import resource
import socket
import struct
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.wire import Channel, ChannelClosed, Decoder, Encoder, WireError

Pair = tuple[socket.socket, Channel]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A raw socket, and a channel at its other end that accepts 1 MB."""
    theirs, ours = socket.socketpair()
    channel = Channel(ours, max_buffers=1 << 20)
    yield theirs, channel
    theirs.close()
    channel.close()


def packed(header: bytes) -> bytes:
    return struct.pack("!I", len(header)) + header


def in_background(action: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def test_frames_arrive_in_order_in_both_directions() -> None:
    first, second = socket.socketpair()
    left, right = Channel(first), Channel(second)
    for number in range(3):
        left.send({"number": number}, [np.full(number, number, np.uint8)])
    right.send({"back": True})
    assert [left.receive().header] == [{"back": True}]
    for number in range(3):
        header, (buffer,) = right.receive()
        assert header == {"number": number}
        assert bytes(buffer) == bytes([number] * number)
    left.close()
    right.close()


def test_fifty_megabytes_there_and_back() -> None:
    first, second = socket.socketpair()
    left, right = Channel(first), Channel(second)
    data = np.random.default_rng(0).integers(0, 256, 50_000_000, np.uint8).view(np.uint16)

    def echo() -> None:
        header, buffers = right.receive()
        right.send(header, buffers)

    thread = in_background(echo)
    encoder = Encoder()
    left.send({"value": encoder.encode(data)}, encoder.buffers)
    header, buffers = left.receive()
    thread.join(60)
    assert np.array_equal(Decoder(buffers).decode(header["value"]), data)
    left.close()
    right.close()


def test_a_frame_in_single_bytes(pair: Pair) -> None:
    theirs, channel = pair
    data = packed(b'{"a":"\xc3\xa9","sizes":[3,0,1]}') + b"xyz!" + packed(b"{}")

    def drip() -> None:
        for index in range(len(data)):
            theirs.send(data[index : index + 1])

    thread = in_background(drip)
    header, buffers = channel.receive()
    assert header == {"a": "é"}
    assert [bytes(buffer) for buffer in buffers] == [b"xyz", b"", b"!"]
    assert channel.receive().header == {}
    thread.join(10)


class DeadlineError(Exception):
    """What a caller's patience ends with."""


def test_waiting_is_left_to_the_caller() -> None:
    theirs, ours = socket.socketpair()
    received: list[bytes] = []
    reads: list[str] = []

    def wait(direction: str) -> None:
        if direction == "write":
            received.append(theirs.recv(1 << 20))
        elif reads:
            raise DeadlineError
        else:
            reads.append(direction)
            theirs.sendall(packed(b"{}")[:3])

    channel = Channel(ours, wait=wait)
    channel.send({"sent": True}, [bytes(5_000_000)])
    assert received
    with pytest.raises(DeadlineError):
        channel.receive()
    theirs.close()
    channel.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x00\x00",
        packed(b'{"a":1}')[:-1],
        packed(b'{"sizes":[4]}') + b"abc",
        packed(b'{"sizes":[1000000]}') + b"abc",
    ],
)
def test_closed_in_the_middle(pair: Pair, sent: bytes) -> None:
    theirs, channel = pair
    theirs.sendall(sent)
    theirs.close()
    with pytest.raises(ChannelClosed):
        channel.receive()


def test_nobody_to_send_to(pair: Pair) -> None:
    theirs, channel = pair
    theirs.close()
    with pytest.raises(ChannelClosed):
        channel.send({"a": 1}, [bytes(10_000_000)])


def test_closed_on_this_side() -> None:
    theirs, ours = socket.socketpair()
    channel = Channel(ours)
    channel.close()
    with pytest.raises(ChannelClosed):
        channel.receive()
    assert theirs.recv(1) == b""
    theirs.close()


DEEP = b'{"a":' * 200_000
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"\x80\x04\x95.",
    "half of JSON": b'{"a":',
    "no object": b"[]",
    "a number": b"5",
    "None": b"null",
    "text": b'"sizes"',
    "sizes that are a number": b'{"sizes":8}',
    "sizes that are text": b'{"sizes":"12"}',
    "sizes that are None": b'{"sizes":null}',
    "sizes that are an object": b'{"sizes":{"0":1}}',
    "a negative size": b'{"sizes":[-1]}',
    "a size that evens out": b'{"sizes":[1000000000000,-1000000000000]}',
    "half a byte": b'{"sizes":[0.5]}',
    "a size that is true": b'{"sizes":[true]}',
    "a size that is text": b'{"sizes":["1"]}',
    "1 GB": b'{"sizes":[1000000000]}',
    "2 MB in two": b'{"sizes":[1000000,1000000]}',
    "a size of 400 digits": b'{"sizes":[1' + b"0" * 400 + b"]}",
    "a size of 10000 digits": b'{"sizes":[1' + b"0" * 10_000 + b"]}",
    "a million buffers": b'{"sizes":[' + b"0," * 999_999 + b"0]}",
    "deep objects": DEEP,
    "deep objects, closed": DEEP + b"1" + b"}" * 200_000,
    "deep lists": b'{"a":' + b"[" * 3_000_000,
    "deep lists, closed": b'{"a":' + b"[" * 300 + b"]" * 300 + b"}",
    "deep in strings and out": b'{"a\\"[[[[{":' + b"[{" * 3_000 + b"}]" * 3_000 + b"}",
    "five million lists": b'{"a":[' + b"[]," * 5_000_000 + b"[]]}",
    "three million objects": b'{"a":[' + b"{}," * 3_000_000 + b"{}]}",
    "half a surrogate pair": rb'{"a":"\ud800"}',
    "half a surrogate pair after a backslash": rb'{"a":"\\\uDFFF"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refused(pair: Pair, name: str) -> None:
    theirs, channel = pair
    data = packed(HOSTILE[name])
    thread = in_background(lambda: theirs.sendall(data))
    tracemalloc.start()
    try:
        with pytest.raises(WireError) as caught:
            channel.receive()
        assert not isinstance(caught.value, ChannelClosed)
        assert len(str(caught.value)) < 300
        # receiving a text, and looking at its brackets, takes a few times its size
        assert tracemalloc.get_traced_memory()[1] < 5 * len(data) + 4_000_000
    finally:
        tracemalloc.stop()
        thread.join(10)


def test_a_huge_header_is_refused_before_it_comes(pair: Pair) -> None:
    theirs, channel = pair
    theirs.sendall(struct.pack("!I", (1 << 32) - 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(WireError, match="4294967295 bytes; at most 16777216"):
        channel.receive()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_a_header_takes_a_limited_multiple_of_its_size(pair: Pair) -> None:
    theirs, channel = pair
    text = b'{"a":[' + b"[]," * 100_000 + b"1e5," * 300_000 + b"0]}"
    thread = in_background(lambda: theirs.sendall(packed(text)))
    tracemalloc.start()
    try:
        assert len(channel.receive().header["a"]) == 400_001
        assert tracemalloc.get_traced_memory()[1] < 25 * len(text)
    finally:
        tracemalloc.stop()
        thread.join(10)


def test_brackets_in_text_are_only_text(pair: Pair) -> None:
    theirs, channel = pair
    left = Channel(theirs)
    printed = '[[ "\\ud83d" {\n' * 1000 + "\\"
    left.send({"text": printed, "\\": [1]})
    assert channel.receive().header == {"text": printed, "\\": [1]}


def test_text_arrives_as_text_that_can_be_written(pair: Pair) -> None:
    theirs, channel = pair
    Channel(theirs).send({"text": "a\ud83d", "emoji": "🙂"})
    header = channel.receive().header
    assert header["emoji"] == "🙂"
    assert header["text"].encode() == "a\ufffd\ufffd\ufffd".encode()


@pytest.mark.parametrize(
    "header", [{"a": object()}, {"a": {1j: 2}}, {"a": b"bytes"}, {"a": "x" * 17_000_000}]
)
def test_what_cannot_be_sent_is_not_sent_in_part(pair: Pair, header: dict[str, Any]) -> None:
    theirs, channel = pair
    with pytest.raises(WireError):
        channel.send(header)
    channel.send({"next": True})
    assert Channel(theirs).receive().header == {"next": True}


def test_a_message_that_contains_itself_is_refused(pair: Pair) -> None:
    endless: list[Any] = []
    endless.append(endless)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)  # as students do; the stack is not as deep
    try:
        with pytest.raises(WireError, match="cannot be written as JSON"):
            pair[1].send({"a": endless})
    finally:
        sys.setrecursionlimit(limit)


def test_what_a_finaliser_sends_waits_for_the_message_that_it_interrupts() -> None:
    first, second = socket.socketpair()
    left, right = Channel(first), Channel(second)
    here = threading.current_thread()

    class Farewell:
        def __init__(self) -> None:
            self.itself = self  # only the garbage collector finds it

        def __del__(self) -> None:
            if threading.current_thread() is here:  # the reader would wait for itself
                left.send({"bye": True})

    def write() -> None:
        for number in range(500):
            Farewell()
            left.send({"number": number}, [np.full(70_000, number % 251, np.uint8)] * 3)
        gc.collect()  # the last ones say farewell while somebody listens
        left.send({"end": True})

    frames: list[tuple[dict[str, Any], list[bool]]] = []

    def read() -> None:
        try:
            while not frames or "end" not in frames[-1][0]:
                header, buffers = right.receive()
                number = header.get("number", 0) % 251
                frames.append((header, [bool((one == number).all()) for one in buffers]))
        finally:
            right.close()  # else the writer would wait for a reader that failed

    thresholds = gc.get_threshold()
    reader = in_background(read)
    gc.set_threshold(20)
    try:
        write()
    finally:
        gc.set_threshold(*thresholds)
        reader.join(60)
        left.close()
    assert [same for header, same in frames if "number" in header] == [[True] * 3] * 500
    assert sum("bye" in header for header, _ in frames) > 100


def test_what_was_read_is_not_kept(pair: Pair) -> None:
    theirs, channel = pair
    large = packed(json.dumps({"text": "x" * 3_000_000}).encode())
    tracemalloc.start()
    try:
        sender = in_background(lambda: theirs.sendall(large))
        assert len(channel.receive().header["text"]) == 3_000_000
        sender.join()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(packed))
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    theirs, ours = socket.socketpair()
    channel = Channel(ours, max_buffers=1 << 20)
    theirs.sendall(data)
    theirs.close()
    try:
        header = channel.receive().header
    except WireError:
        return
    finally:
        channel.close()
    assert type(header) is dict


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=5).filter(lambda key: key != "sizes"),
        st.recursive(
            st.none() | st.integers(-(2**70), 2**70) | st.text('ab[]{}"\\\n🙂'),
            lambda parts: st.lists(parts) | st.dictionaries(st.text("a[{\\"), parts),
            max_leaves=8,
        ),
        max_size=4,
    ),
    st.lists(st.binary(max_size=20), max_size=4),
)
def test_any_header_arrives_as_it_is(header: dict[str, Any], buffers: list[bytes]) -> None:
    header = json.loads(json.dumps(header).encode("utf-8", "replace"))
    first, second = socket.socketpair()
    left, right = Channel(first), Channel(second)
    try:
        left.send(header, buffers)
        frame = right.receive()
    finally:
        left.close()
        right.close()
    assert [bytes(buffer) for buffer in frame.buffers] == buffers
    expected = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert frame.header == json.loads(expected.decode("utf-8", "replace"))
