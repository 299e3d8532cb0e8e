"""Exceptions, told in the student's own lines."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path

import pytest

from grader.worker.tracebacks import CELL_FILENAME, INSTALLED, is_student_file, report


def raised(source: str, name: str = CELL_FILENAME.format(number=3)) -> BaseException:
    try:
        exec(compile(source, name, "exec"), {})
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("<code cell 12>", True),
        ("<code cell 12> ", False),
        ("<string>", False),
        ("<frozen importlib._bootstrap>", False),
        ("/tmp/submission-abc/task.py", True),
        (json.__file__, False),
        ("h5py/h5f.pyx", False),  # as Cython names it
        ("pkg/module.py", False),  # as mypyc names it
        ("/project/pandas/_libs/index.pyx", False),
        (r"h5py\h5f.pyx", False),
        ("x" * 5_000, False),
        ("a\0b", False),
        ("\ud800", False),
        ("", False),
        (f"{sysconfig.get_path('purelib')}/numpy/__init__.py", False),
        (f"{INSTALLED[-1]}worker/calls.py", False),
    ],
)
def test_whose_file(filename: str, expected: bool) -> None:
    assert is_student_file(filename) is expected


def test_a_relative_name_is_the_student_s_if_the_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_student_file("helper.txt")
    Path("helper.txt").touch()
    assert is_student_file("helper.txt")


def test_compiled_code_is_not_the_student_s() -> None:
    """A frame as a compiled function leaves it: the name of a source that is not here."""
    function: dict[str, object] = {}
    exec(compile("\n" * 101 + "def f(name): open(name)", "h5py/h5f.pyx", "exec"), function)
    try:
        exec(compile("\nf('missing.h5')", "<code cell 3>", "exec"), function)
    except FileNotFoundError as error:
        told = report(error)
    assert told["where"] == "code cell 3, line 2"
    assert "missing.h5" in told["detail"]
    assert "pyx" not in told["trace"]


def test_real_compiled_code_is_not_the_student_s() -> None:
    told = report(raised("import numpy as np\nnp.random.default_rng(-1)"))
    assert told["where"] == "code cell 3, line 2"
    assert "pyx" not in told["trace"]


def test_a_missing_model_is_told_with_its_name_and_the_student_s_line() -> None:
    pytest.importorskip("h5py")
    told = report(raised("import h5py\n\nh5py.File('missing.h5', 'r')"))
    assert (told["kind"], told["where"]) == ("FileNotFoundError", "code cell 3, line 3")
    assert "missing.h5" in told["detail"]
    assert "pyx" not in told["trace"]


def test_place_and_trace_are_the_students() -> None:
    told = report(raised("import json\ndef f():\n    json.loads('{')\nf()"))
    assert told["kind"] == "JSONDecodeError"
    assert told["kinds"] == ["JSONDecodeError", "ValueError", "Exception", "BaseException"]
    assert told["where"] == "code cell 3, line 3"
    assert "json/decoder" not in told["trace"]
    assert __file__ in told["trace"] or "test_tracebacks" not in told["trace"]


def test_a_syntax_error_has_its_own_place() -> None:
    try:
        compile("a = 1\nb = = 2", "<code cell 7>", "exec")
    except SyntaxError as error:
        told = report(error.with_traceback(None))
    assert told["where"] == "code cell 7, line 2"
    assert told["detail"] == "invalid syntax"


def test_an_exception_from_nowhere_has_no_place() -> None:
    assert report(ValueError("a"))["where"] == ""


@pytest.mark.parametrize(
    "source",
    [
        "class E(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise E",
        "class E(Exception):\n    def __str__(self):\n        return 5\nraise E",
    ],
)
def test_a_message_that_cannot_be_shown(source: str) -> None:
    assert report(raised(source))["detail"] == "(its message cannot be shown)"


def test_everything_is_cut() -> None:
    told = report(raised("raise ValueError('x' * 1_000_000)"))
    assert len(json.dumps(told)) < 10_000
    deep = report(raised("def f(n):\n    f(n + 1)\nf(0)"))
    assert deep["kind"] == "RecursionError"
    assert len(json.dumps(deep)) < 10_000
