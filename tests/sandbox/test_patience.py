"""Waiting adds up: a submission cannot hold the grader up with many short sleeps."""

from __future__ import annotations

import time

import pytest

from grader.errors import DeadlineExceeded
from grader.model import Cell, CellKind, Limits, Submission
from grader.sandbox import Host

SLEEPER = "import time\ndef f():\n    time.sleep(0.5)\n    return 1\n"


def call_often(host: Host) -> None:
    for _ in range(100):
        host.ask({"op": "call", "name": "f"}, (), "f()")


def test_many_short_sleeps_end_at_the_allowance_of_the_whole() -> None:
    host = Host(
        Submission(
            student="ada", path="x.ipynb", cells=(Cell(kind=CellKind.CODE, source=SLEEPER),)
        ),
        limits=Limits(cell_seconds=10, call_seconds=10, total_seconds=3, wall_factor=1),
    )
    try:
        host.run()
        host.begin(1)
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded, match="the whole submission") as raised:
            call_often(host)
        assert raised.value.clock == "wall"
        assert time.monotonic() - began < 30
        assert host.waited_too_long
        host.begin(2)
        with pytest.raises(DeadlineExceeded, match="the whole submission"):
            call_often(host)  # the notebook is not even run again
    finally:
        host.close()
