"""The call server on a namespace, over a real connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.wire import Channel, Decoder, Encoder, Frame, Tree
from grader.worker.calls import CallServer
from grader.worker.objects import ObjectTable
from grader.worker.server import serve_calls


class Counter:
    """A student's class."""

    total = 0

    def add(self, n: int) -> int:
        self.total += n
        return self.total

    def __getitem__(self, key: Any) -> Any:
        return [self.total, key]

    def __len__(self) -> int:
        return -1  # noqa: PLE0303 - Python refuses it, and so must we


def interrupted() -> None:
    raise KeyboardInterrupt


NAMESPACE: dict[str, Any] = {
    "Counter": Counter,
    "double": lambda x: x * 2,
    "interrupted": interrupted,
    "rows": [[1, 2], [3]],
    "_private": 1,
    "too_large": lambda: ["text"] * 4_000_000,
}


def ref(tree: Tree) -> Tree:
    return {"k": "ref", "r": tree["r"]}


@pytest.fixture
def channel() -> Iterator[Channel]:
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve_calls, args=(Channel(theirs), NAMESPACE), daemon=True)
    thread.start()
    channel = Channel(ours)
    yield channel
    channel.close()
    thread.join(10)
    assert not thread.is_alive()
    theirs.close()


def ask(channel: Channel, buffers: Any = (), **header: Any) -> Frame:
    channel.send({"id": 5, **header}, buffers)
    answer = channel.receive()
    assert answer.header.pop("id") == 5
    return answer


def test_call_by_name(channel: Channel) -> None:
    encoder = Encoder()
    tree = encoder.encode(np.array([1, 2]))
    answer = ask(channel, encoder.buffers, op="call", name="double", args=[tree])
    value = Decoder(answer.buffers).decode(answer.header["value"])
    assert value.tolist() == [2, 4]


def test_an_object_and_its_parts(channel: Channel) -> None:
    made = ask(channel, op="call", name="Counter").header["value"]
    assert made["type"] == "Counter"
    add = ask(channel, op="get", target=ref(made), attribute="add").header["value"]
    assert add["callable"] is True
    assert ask(channel, op="call", target=ref(add), args=[4]).header["value"] == 4
    ask(channel, op="set", target=ref(made), attribute="total", value=10)
    item = ask(channel, op="item", target=ref(made), key="k").header["value"]
    assert item["v"] == [10, "k"]
    error = ask(channel, op="length", target=ref(made)).header["error"]
    assert error["kind"] == "ValueError"


def test_parts_that_come_back_are_the_originals(channel: Channel) -> None:
    rows = ask(channel, op="get", name="rows").header["value"]
    first = ask(channel, op="item", target=ref(rows), key=0).header["value"]
    assert first["r"] == rows["v"][0]["r"]
    (read,) = ask(channel, op="read", targets=[ref(rows)]).header["value"]["v"]
    assert read["r"] == rows["r"]


def test_names_that_are_missing(channel: Channel) -> None:
    assert ask(channel, op="call", name="doubel").header == {
        "ok": False,
        "missing": "doubel",
        "close": ["double"],
    }
    assert ask(channel, op="get", name="_privat").header["close"] == []


def test_any_exception_is_an_answer(channel: Channel) -> None:
    assert ask(channel, op="call", name="interrupted").header["error"]["kind"] == (
        "KeyboardInterrupt"
    )
    too_large = ask(channel, op="call", name="too_large").header["error"]
    assert too_large["kind"] == "WireError"
    assert "at most 16 MB" in too_large["detail"]
    assert ask(channel, op="call", name="double", args=[1]).header["value"] == 2


def test_put_is_named_and_nothing_else(channel: Channel) -> None:
    placed = ask(channel, op="put", value={"k": "list", "v": [1]}).header["value"]
    assert placed["k"] == "handle"
    doubled = ask(channel, op="call", name="double", args=[ref(placed)]).header["value"]
    assert doubled["v"] == [1, 1]


def test_begin_forgets(channel: Channel) -> None:
    placed = ask(channel, op="put", value=1).header["value"]
    error = ask(channel, op="read", begin=3, targets=[ref(placed)]).header["error"]
    assert error["kind"] == "LookupError"


def test_a_loop_without_a_socket() -> None:
    server = CallServer(NAMESPACE)
    answer = server.answer(Frame({"op": "call", "name": "double", "args": [2.5]}))
    assert answer.header == {"ok": True, "value": 5.0}


def test_numbers_of_objects() -> None:
    table = ObjectTable()
    first, second = [1], [1]
    assert table.remember(first) == table.remember(first)
    assert table.remember(first) != table.remember(second)
    assert table.resolve(table.remember(second)) is second
    number = table.remember(first)
    table.clear()
    with pytest.raises(LookupError, match=f"no object has the number {number}"):
        table.resolve(number)
    assert table.remember(first) > number
