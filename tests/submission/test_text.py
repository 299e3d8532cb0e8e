from __future__ import annotations

import codecs

import pytest

from grader.errors import SubmissionError
from grader.model import Notice
from grader.submission.text import decode, decode_module, repair_source


def codes(notices: list[Notice]) -> list[str]:
    return [notice.code for notice in notices]


@pytest.mark.parametrize(
    ("data", "text", "code"),
    [
        ("naïve".encode(), "naïve", []),
        (codecs.BOM_UTF8 + b"x", "x", ["bom"]),
        ("naïve".encode("latin-1"), "naïve", ["encoding"]),
        ("naïve".encode("utf-16"), "naïve", ["encoding"]),
        (b"\x81\xe9", "\x81é", ["encoding"]),
    ],
)
def test_decode(data: bytes, text: str, code: list[str]) -> None:
    notices: list[Notice] = []
    assert decode(data, where="f", notices=notices) == text
    assert codes(notices) == code


def test_a_coding_line_that_is_right_is_honoured() -> None:
    data = "# -*- coding: latin-1 -*-\nname = 'Zoë'\n".encode("latin-1")
    notices: list[Notice] = []
    text, importable = decode_module(data, where="m.py", notices=notices)
    assert "Zoë" in text
    assert importable == data
    assert notices == []


@pytest.mark.parametrize(
    "data",
    [
        "name = 'Zoë'\n".encode("latin-1"),
        "name = 'Zoë'\n".encode("utf-16"),
        "#!/usr/bin/python\n# coding: utf-8\nname = 'Zoë'\n".encode("latin-1"),
        "# coding: nonsense\nname = 'Zoë'\n".encode(),
        "# coding: punycode\nname = 'Zoë'\n".encode(),
        "# coding: hex\nname = 'Zoë'\n".encode(),
        codecs.BOM_UTF8 + "# coding: latin-1\nname = 'Zoë'\n".encode(),
    ],
)
def test_what_python_cannot_decode_becomes_importable(data: bytes) -> None:
    notices: list[Notice] = []
    text, importable = decode_module(data, where="m.py", notices=notices)
    namespace: dict[str, str] = {}
    exec(compile(importable, "m.py", "exec"), namespace)
    assert namespace["name"] == "Zoë"
    assert "Zoë" in text
    assert "encoding" in codes(notices)


def test_a_byte_order_mark_in_a_module_is_noticed_and_kept_for_python() -> None:
    notices: list[Notice] = []
    text, importable = decode_module(codecs.BOM_UTF8 + b"x = 1", where="m.py", notices=notices)
    assert text == "x = 1"
    assert codes(notices) == ["bom"]
    assert compile(importable, "m.py", "exec")


def test_binary_data_is_no_module() -> None:
    with pytest.raises(SubmissionError, match="binary data"):
        decode_module(b"\x7fELF\0\0", where="m.py", notices=[])


def test_line_ends_and_half_surrogates_are_repaired_and_said_once() -> None:
    notices: list[Notice] = []
    assert repair_source("a\r\nb\rc", where="f", notices=notices) == "a\nb\nc"
    assert repair_source("d\r\n", where="f", notices=notices) == "d\n"
    assert repair_source("\ud83d\ude00 \ud800", where="f", notices=notices) == "😀 \ufffd"
    assert codes(notices) == ["line-endings", "unicode"]
