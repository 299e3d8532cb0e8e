from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.ci import append_outputs, append_summary, summary_room
from grader.errors import UsageError


def read(file: Path) -> dict[str, str]:
    """Read outputs as the runner does: NAME=VALUE, or NAME<<DELIMITER and lines up to it."""
    values = {}
    lines = iter(file.read_bytes().decode().split("\n"))
    for line in lines:
        if "<<" in line and line.find("<<") < (line + "=").find("="):
            name, delimiter = line.split("<<", 1)
            inner = []
            for text in lines:
                if text == delimiter:
                    break
                inner.append(text)
            else:
                raise AssertionError(f"no end of {name}")
            values[name] = "\n".join(inner)
        elif line:
            name, value = line.split("=", 1)
            values[name] = value
    return values


def test_values_are_read_as_they_were_written(tmp_path):
    file = tmp_path / "output"
    file.write_text("earlier=1\n")
    append_outputs(file, {"score": "7.5", "text": "a\nscore=100\nscore<<X\n100\nX\n", "empty": ""})
    assert read(file) == {
        "earlier": "1",
        "score": "7.5",
        "text": "a\nscore=100\nscore<<X\n100\nX\n",
        "empty": "",
    }


@given(first=st.text(alphabet=st.characters(exclude_categories=["Cs"])), second=st.text("<=\nx"))
def test_no_value_reaches_beyond_itself(tmp_path_factory, first, second):
    file = tmp_path_factory.mktemp("outputs") / "output"
    append_outputs(file, {"a": first, "b": second})
    assert read(file) == {"a": first, "b": second}


def test_delimiters_cannot_be_guessed(tmp_path):
    texts = set()
    for number in range(3):
        file = tmp_path / str(number)
        append_outputs(file, {"a": "1", "b": "2"})
        texts |= {line.split("<<")[1] for line in file.read_text().split("\n") if "<<" in line}
    assert len(texts) == 6
    assert all(len(text) >= 32 for text in texts)


def test_room_is_what_the_step_has_left(tmp_path):
    file = tmp_path / "summary"
    assert summary_room(file) == 1024 * 1024
    append_summary(file, "ä" * 100)
    append_summary(file, "b")
    assert summary_room(file) == 1024 * 1024 - 201
    assert file.read_text("utf-8").endswith("äb")


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(UsageError) as caught:
        append_outputs(tmp_path, {"a": "1"})
    assert caught.value.where == f"GITHUB_OUTPUT={tmp_path}"
    with pytest.raises(UsageError):
        append_summary(tmp_path / "none" / "summary", "x")
