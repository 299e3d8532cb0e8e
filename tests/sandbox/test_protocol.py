"""A submission that speaks to the grader itself gains a crash, and the grader never hangs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import DeadlineExceeded, WorkerCrashed

if TYPE_CHECKING:
    from conftest import MakeHost, Running

# The worker's end of the connection is the only stream socket between processes that it has.
FORGER = """import json, os, socket, stat, struct

def grader_socket():
    for descriptor in range(3, 64):
        try:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            found = socket.socket(fileno=os.dup(descriptor))
            if found.family == socket.AF_UNIX and found.getpeername() in ("", b""):
                found.setblocking(True)
                return found
        except OSError:
            continue
    raise LookupError('no socket')

def forge(text, length=None):
    data = text.encode('latin-1')
    grader_socket().sendall(struct.pack('!I', len(data) if length is None else length) + data)
    return 'answered'

def forge_event_flood():
    frame = json.dumps({'event': 'stream', 'name': 'stdout', 'text': 'x' * 60_000}).encode()
    connection = grader_socket()
    while True:
        connection.sendall(struct.pack('!I', len(frame)) + frame)

def tiny_event_flood():
    connection = grader_socket()
    while True:
        connection.sendall(struct.pack('!I', 12) + b'{"event":""}')

def raw_flood():
    while True:
        os.write(1, b'y' * 65536)

def hang_up():
    grader_socket().shutdown(socket.SHUT_RDWR)
    while True:
        pass

def alive():
    return 'alive'
"""


@pytest.fixture(scope="module")
def forger(make_pair: MakeHost) -> Running:
    return make_pair(FORGER, call_seconds=1.5, wall_factor=3, output_kb=64)


FORGED: dict[str, tuple[object, ...]] = {
    "an answer to another question": ('{"id":1,"ok":true,"value":100}',),
    "an answer without a number": ('{"ok":true,"value":100}',),
    "an answer to nobody": ('{"id":null,"ok":true,"value":100}',),
    "no object": ("[1,2,3]",),
    "no JSON": ("\x80\x04\x95pickle",),
    "deep JSON": ('{"a":' * 100_000,),
    "a gigabyte": ('{"id":1,"sizes":[1000000000]}',),
    "a huge header": ("", 0xFFFFFFFF),
    "an event with buffers": ('{"event":"stream","sizes":[1]}x',),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message_is_a_crash(forger: Running, name: str) -> None:
    forger.host.begin(1)
    with pytest.raises(WorkerCrashed, match="the submission's process"):
        forger.call("forge", *FORGED[name])
    with pytest.raises(WorkerCrashed, match="earlier in this test"):
        forger.call("alive")
    forger.host.begin(2)
    assert forger.call("alive") == "alive"


@pytest.mark.parametrize("name", ["hang_up", "forge_event_flood", "tiny_event_flood"])
def test_floods_and_silence_are_a_crash(forger: Running, name: str) -> None:
    forger.host.begin(1)
    with pytest.raises((WorkerCrashed, DeadlineExceeded)):
        forger.call(name)
    forger.host.begin(2)
    assert forger.call("alive") == "alive"


def test_half_a_message_and_then_silence_ends_at_the_deadline(forger: Running) -> None:
    forger.host.begin(1)
    # The true answer follows, as a part of the message that is still not whole.
    with pytest.raises(DeadlineExceeded):
        forger.call("forge", '{"half":', 5000)
    forger.host.begin(2)
    assert forger.call("alive") == "alive"


def test_a_flood_of_raw_output_costs_no_memory(forger: Running) -> None:
    forger.host.begin(1)
    with pytest.raises(DeadlineExceeded):
        forger.call("raw_flood")
    forger.host.begin(2)
    assert forger.call("alive") == "alive"


@pytest.mark.parametrize(
    "event",
    [
        '{"event":null}',
        '{"event":["stream"]}',
        '{"event":"stream","name":["stdout"],"text":5}',
        '{"event":"display_data","data":[1],"display_id":{}}',
        '{"event":"display_data","data":{"text/plain":5,"image/png":null}}',
        '{"event":"update_display_data","display_id":[],"data":7}',
        '{"event":"error","traceback":7,"ename":[],"evalue":{}}',
        '{"event":"clear_output","wait":"yes"}',
        '{"event":"execute_result"}',
    ],
)
def test_odd_events_change_nothing(forger: Running, event: str) -> None:
    forger.host.begin(1)
    assert forger.call("forge", event) == "answered"


def test_no_descriptor_of_the_grader_is_inherited(make_shell: MakeHost) -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        source = (
            "import os\ndef opened():\n"
            "    return [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')\n"
            "            if os.path.lexists(f'/proc/self/fd/{n}')]"
        )
        opened = make_shell(source).call("opened")
        ours = str(Path(f"/proc/self/fd/{writer}").readlink())
        assert ours not in opened
        assert sum(name.startswith("socket:") for name in opened) >= 1
    finally:
        os.close(reader)
        os.close(writer)
