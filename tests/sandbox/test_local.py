"""Trusted code behind the same codec as a submission's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import bit_generator

from grader.sandbox import LocalHost, student_error
from grader.wire import Decoder, Encoder


def change(rows: np.ndarray) -> np.ndarray:
    rows += 1
    return rows


def test_arrays_are_copies_on_the_way_in_and_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bit_generator, "randbits", bit_generator.randbits)
    host = LocalHost({"change": change, "kept": np.zeros(2)})
    host.begin(1)
    ours = np.zeros(2)
    encoder = Encoder()
    request = {"op": "call", "name": "change", "args": [encoder.encode(ours)]}
    answer = host.ask(request, encoder.buffers, "change")
    assert Decoder(answer.buffers).decode(answer.header["value"]).tolist() == [1, 1]
    assert ours.tolist() == [0, 0]
    kept = host.ask({"op": "get", "name": "kept"}, (), "kept")
    Decoder(kept.buffers, writable=True).decode(kept.header["value"])[0] = 9
    again = host.ask({"op": "get", "name": "kept"}, (), "kept")
    assert Decoder(again.buffers).decode(again.header["value"]).tolist() == [0, 0]


@pytest.mark.parametrize(
    "claim",
    [
        {},
        {"kind": 5, "detail": ["x"], "kinds": "abc", "where": None, "trace": {}},
        {"kind": "K" * 10_000, "detail": "d" * 100_000, "kinds": [1, ["x"], None]},
    ],
)
def test_a_claimed_exception_is_cut_to_size(claim: dict[str, object]) -> None:
    error = student_error(claim)
    assert error.kinds
    assert all(isinstance(kind, str) for kind in error.kinds)
    assert len(str(error)) < 20_000


def test_answers_are_given_in_its_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.csv").write_text("1,2")
    names = {"read": lambda: Path("rows.csv").read_text(), "leave": lambda: os.chdir("/")}

    def ask(host: LocalHost, name: str) -> dict[str, Any]:
        answer = host.ask({"op": "call", "name": name}, (), name)
        assert Path.cwd() == tmp_path
        return answer.header

    inside = LocalHost(names, tmp_path / "data")
    for _ in range(2):
        assert ask(inside, "read")["value"] == "1,2"
        assert ask(inside, "leave")["ok"]
    failed = ask(LocalHost(names), "read")["error"]
    assert failed["kind"] == "FileNotFoundError"
