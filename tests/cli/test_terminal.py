from __future__ import annotations

import io
from decimal import Decimal

import pytest

from grader.cli.terminal import console, errors_to, number, plain
from grader.errors import UsageError

ERROR = UsageError("it [is] wrong\x1b[2J", where="a\u202eb.py:3", remedy="Mend it. " * 12)


@pytest.mark.parametrize(
    ("points", "written"),
    [("0", "0"), ("100", "100"), ("2.50", "2.5"), ("33.333333", "33.33"), ("1E+2", "100")],
)
def test_number(points, written):
    assert number(Decimal(points)) == written


def test_plain_keeps_text_and_makes_the_rest_visible():
    assert plain("Zoë\t株\n\x1b[1;31mred\x1b[0m") == "Zoë\t株\nred"
    assert (
        plain("a\x07b\x1b]0;title\x07\x9b2J\r\ud800")
        == "a\ufffdb\ufffd]0;title\ufffd\ufffd2J\ufffd\ufffd"
    )


def test_an_error_in_a_file_stays_on_its_lines():
    stream = io.StringIO()
    errors_to(stream, ERROR)
    first, second = stream.getvalue().splitlines()
    assert first == "error a\ufffdb.py:3: it [is] wrong\ufffd[2J"
    assert second == f"      {'Mend it. ' * 12}"


def test_an_error_in_a_window_is_wrapped_below_its_message(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    stream = io.StringIO()
    errors_to(stream, ERROR)
    first, *rest = stream.getvalue().splitlines()
    assert first.startswith("\x1b[1;31merror\x1b[0m a\ufffdb.py:3: it [is] wrong")
    assert [line[: 6 + 4] for line in rest] == ["      \x1b[2m"] * 2


def test_a_pipe_is_wide_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert console().width == 120
    monkeypatch.setenv("COLUMNS", "70")
    assert console().width == 70
