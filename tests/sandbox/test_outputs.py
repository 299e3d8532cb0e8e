"""Outputs as a terminal would leave them, whatever was printed."""

from __future__ import annotations

import time

import pytest

from grader.sandbox.outputs import OutputCollector


def shown(*texts: str) -> str:
    collector = OutputCollector()
    collector.start(1)
    for text in texts:
        collector.add({"event": "stream", "name": "stdout", "text": text})
    return "".join(output["text"] for output in collector.outputs(1))


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("10 %\r50 %\r100 %", "100 %"),
        ("10 %\r50 %\nnext\n", "50 %\nnext\n"),
        ("windows\r\nlines\r\n", "windows\r\nlines\r\n"),
        ("a\rb\r\nc", "b\r\nc"),
        ("gone\r", ""),
    ],
)
def test_what_a_return_overwrites_is_dropped(printed: str, left: str) -> None:
    assert shown(printed) == left
    assert shown(*printed) == left


@pytest.mark.parametrize("unit", ["x", "\r", "x\r", "\r\n", "\n"])
def test_a_million_characters_take_no_time(unit: str) -> None:
    began = time.process_time()
    shown(unit * (1_000_000 // len(unit)))
    assert time.process_time() - began < 5  # it was hours, in a pattern that was quadratic


def test_nothing_is_kept_after_the_last_cell() -> None:
    collector = OutputCollector()
    collector.start(1)
    collector.add({"event": "stream", "name": "stdout", "text": "cell"})
    collector.stop()
    collector.add({"event": "stream", "name": "stdout", "text": "call"})
    assert [output["text"] for output in collector.outputs(1)] == ["cell"]
