from __future__ import annotations

import io

from grader.cli.terminal import console, errors_to
from grader.errors import UsageError

ERROR = UsageError("it [is] wrong\x1b[2J", where="a\u202eb.py:3", remedy="Mend it. " * 12)


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
