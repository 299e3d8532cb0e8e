from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from grader.errors import UsageError
from grader.model import CellKind, CellRun, CellStatus, Transcript
from grader.transcript import read_transcript, transcript_json

OUTPUTS = (
    {"output_type": "stream", "name": "stdout", "text": "hello\n"},
    {
        "output_type": "execute_result",
        "data": {"text/plain": "4", "application/json": {"a": [1, None]}},
        "metadata": {},
        "execution_count": 1,
    },
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
)


def code(source: str = "x", **fields) -> CellRun:
    return CellRun(kind=CellKind.CODE, source=source, execution_count=1, **fields)


def save(tmp_path: Path, transcript: Transcript) -> Path:
    path = tmp_path / "executed.ipynb"
    path.write_text(transcript_json(transcript), encoding="utf-8")
    return path


def test_a_transcript_survives_the_file(tmp_path):
    transcript = Transcript(
        runs=(
            CellRun(kind=CellKind.MARKDOWN, source="# Ü\n$x$", id="intro"),
            code("1 +\n1\n", id="sum", outputs=OUTPUTS, duration=0.25),
            code("1/0", id="bad", status=CellStatus.ERROR, message="ZeroDivisionError"),
            CellRun(kind=CellKind.RAW, source="", id="raw"),
            code("later", id="later", status=CellStatus.NOT_RUN, message="not run"),
        )
    )
    assert read_transcript(save(tmp_path, transcript)) == transcript


def test_a_module_survives_too(tmp_path):
    transcript = Transcript(kind="module", runs=(code("def f(): ...", id="m"),))
    assert read_transcript(save(tmp_path, transcript)) == transcript


@pytest.mark.parametrize("ids", [("", ""), ("a", "a"), ("ü b", "x" * 65), ("cell-1", "")])
def test_jupyter_accepts_the_file_whatever_the_ids(tmp_path, ids):
    runs = (*(code(id=name, outputs=OUTPUTS) for name in ids), code())
    notebook = nbformat.read(save(tmp_path, Transcript(runs=runs)), as_version=4)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == 3


def test_strange_outputs_are_written_as_they_are(tmp_path):
    # An untrusted process made them; showing them safely is the business of the report.
    strange = ({"output_type": "stream", "name": 3}, {"data": None}, {})
    transcript = Transcript(runs=(code(id="a", outputs=strange),))
    assert read_transcript(save(tmp_path, transcript)) == transcript


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"cells": [{}], "metadata": {}}',
        '{"cells": [], "metadata": {}}',
        "ÿ",
        json.dumps({"cells": [{"cell_type": "poem"}], "metadata": {"grader": {"kind": "module"}}}),
    ],
)
def test_another_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "other.ipynb"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(UsageError, match=re.escape(str(path))) as told:
        read_transcript(path)
    assert "Grade this submission again" in told.value.remedy
