"""What is printed and displayed becomes events, within an allowance."""

from __future__ import annotations

from typing import Any

import pytest

from grader.worker.streams import Events, Stream


@pytest.fixture
def sent() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def events(sent: list[dict[str, Any]]) -> Events:
    return Events(sent.append, kilobytes=1)


def text(sent: list[dict[str, Any]]) -> str:
    return "".join(event["text"] for event in sent if event["event"] == "stream")


def test_prints_are_joined_and_keep_their_order(events: Events, sent: list[dict[str, Any]]) -> None:
    stream = Stream(events, "stdout", 1)
    for number in range(100):
        print(number, end=" ", file=stream)
    stream.flush()
    assert text(sent) == "".join(f"{number} " for number in range(100))
    assert len(sent) < 50
    assert {event["name"] for event in sent} == {"stdout"}


def test_the_allowance_is_cut_once_and_renewed_for_the_next_cell(
    events: Events, sent: list[dict[str, Any]]
) -> None:
    for _ in range(20):
        events.stream("stderr", "x" * 300)
    assert text(sent).startswith("x" * 1024 + "\n[output cut here: the assignment allows 1 kB")
    assert text(sent).count("cut here") == 1
    sent.clear()
    events.start_cell()
    events.stream("stdout", "next")
    assert text(sent) == "next"


def test_a_large_display_is_left_out_and_later_output_is_not(
    events: Events, sent: list[dict[str, Any]]
) -> None:
    events.output("display_data", data={"text/html": "x" * 2000})
    events.output("display_data", data={"text/html": "small"})
    events.stream("stdout", "later")
    notice, display, later = sent
    assert "a display of 2 kB is left out" in notice["text"]
    assert display["data"] == {"text/html": "small"}
    assert later["text"] == "later"


def test_endless_notices_are_cut_too(events: Events, sent: list[dict[str, Any]]) -> None:
    for _ in range(1000):
        events.output("display_data", data={"text/html": "x" * 2000})
    assert len(sent) < 30
    assert len(text(sent)) < 1500


def test_exceptions_are_always_told_and_cut(events: Events, sent: list[dict[str, Any]]) -> None:
    events.stream("stdout", "x" * 5000)
    events.error("ValueError", "m" * 100_000, ["line" * 10_000] * 1000)
    assert sent[-1]["ename"] == "ValueError"
    assert len(sent[-1]["evalue"]) == 4000
    assert sum(map(len, sent[-1]["traceback"])) <= 400_000


def test_a_stream_is_what_libraries_expect(events: Events) -> None:
    stream = Stream(events, "stderr", 2)
    assert (stream.encoding, stream.name, stream.fileno()) == ("utf-8", "<stderr>", 2)
    assert stream.writable()
    assert not stream.isatty()
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"bytes")  # type: ignore[arg-type]
