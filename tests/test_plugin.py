"""``pytest PATH --submission FILE``, as those use it who prefer pytest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from grader.model import Assignment, Status

REFERENCE = "def f(x): return 2 * x\ndef g(x): return x if isinstance(x, str) else x + 1\n"
# f is right; g prints, and is wrong for 2; both need a name that only a failed cell would define.
SOURCE = "def f(x): return 2 * x\ndef g(x):\n    print('noise')\n    return x + 1 + (x == 2)\n"
PUBLIC = """
    def doubled(submission, number):
        return submission.f(number)

    @pytest.mark.points(1)
    @pytest.mark.depends_on("test_zzz")
    def test_after(submission, measure):
        '''Needs a test that comes later in the file.'''
        assert measure(doubled, 2) == 4

    @pytest.mark.points(2)
    def test_random(submission, rng, seed):
        '''f doubles random numbers.'''
        assert_equal(submission.f(seed), 2 * seed)
        assert_close(submission.f(rng.normal(size=3)).shape, (3,))

    @pytest.mark.points(3)
    @pytest.mark.parametrize("x", [1, 2, 3])
    @pytest.mark.hint("Add one.")
    def test_g(submission, x):
        '''g adds one.'''
        print("of the test")
        assert_equal(submission.g(x), x + 1, name="g(x)")

    @pytest.mark.points(2)
    def test_half(submission):
        '''Half of it is right.'''
        credit(0.5, "f is right")
        submission.g("a")

    @pytest.mark.points(1)
    def test_zzz(submission):
        '''The last one.'''
        assert submission.f(1) == 2
"""
HIDDEN = """
    @pytest.mark.points(1)
    def test_hidden(submission, reference, request):
        '''As the reference does.'''
        assert submission.f(21) == reference.f(21)
        assert not request.config.pluginmanager.has_plugin("grader")  # in grading
"""


@pytest.fixture
def toy(course: Any) -> Assignment:
    made: Assignment = course.assignment(
        HIDDEN, public=PUBLIC, reference=REFERENCE, interface=["f", "g"]
    )
    return made


class Session:
    """One session of pytest's that has ended."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status = done.returncode
        self.text = done.stdout
        self.errors = done.stderr


@pytest.fixture
def pytest_session(tmp_path: Path) -> Callable[..., Session]:
    """Run pytest in a folder of its own, which has no configuration."""

    def run(*arguments: object) -> Session:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Session(done)

    return run


def write(folder: Path, source: str) -> Path:
    path = folder / "toy.py"
    path.write_text(source, encoding="utf-8")
    return path


def test_tests_are_judged_as_in_grading(
    toy: Assignment, pytest_session: Callable[..., Session], tmp_path: Path
) -> None:
    file = write(tmp_path, SOURCE)
    done = pytest_session(
        toy.public_tests, "--submission", file, "--strict-markers", "--junitxml=report.xml", "-rA"
    )
    assert done.status == 1, done.text + done.errors
    assert "2 failed, 5 passed" in done.text
    assert "g(x) is 4, expected 3" in done.text
    assert "Try this: Add one." in done.text
    assert "f is right\ntoy.py, line 4: TypeError: " in done.text
    assert "7 of 9 points in these tests" in done.text
    assert "Traceback" not in done.text
    assert "noise" not in done.text + done.errors
    order = [line.partition("::")[2] for line in done.text.splitlines() if line[:7] == "PASSED "]
    assert order.index("test_zzz") < order.index("test_after")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "report.xml"))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 2, 0, 0)
    failed = {case.name: case.result[0].message for case in suite if case.result}
    assert failed["test_g[2]"] == "g(x) is 4, expected 3"


def test_tests_can_be_chosen_and_a_failed_cell_is_told(
    toy: Assignment, pytest_session: Callable[..., Session], tmp_path: Path
) -> None:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in ("1 / 0", SOURCE)
    ]
    file = tmp_path / "toy.ipynb"
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    file.write_text(json.dumps(notebook))
    done = pytest_session(toy.folder, "--submission", file, "-k", "after or hidden")
    # Where pytest itself was started, the plugin is there, of which the hidden test complains.
    assert "1 failed, 1 passed, 6 deselected" in done.text, done.text + done.errors
    assert "has_plugin" in done.text
    assert "error: code cell 1, line 1: ZeroDivisionError" in done.text


def test_the_graders_own_runs_load_no_plugin(toy: Assignment, course: Any) -> None:
    assert course.verdicts(toy, REFERENCE)["test_hidden"].status is Status.PASSED


def test_without_a_submission_it_says_what_to_add(
    toy: Assignment, pytest_session: Callable[..., Session]
) -> None:
    done = pytest_session(toy.public_tests, "--strict-markers")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "Add the file to the command: --submission FILE" in done.errors
    assert "rror" not in done.text


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "toy.py does not exist"), ("%PDF-1.7", "is a PDF document")],
)
def test_what_cannot_be_run_is_told_in_a_sentence(
    toy: Assignment,
    pytest_session: Callable[..., Session],
    tmp_path: Path,
    content: str | None,
    told: str,
) -> None:
    file = tmp_path / "toy.py"
    if content is not None:
        file.write_text(content)
    done = pytest_session(toy.public_tests, "--submission", file)
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert told in done.errors
    assert "Traceback" not in done.text + done.errors


def test_one_submission_is_for_one_assignment(
    toy: Assignment, course: Any, pytest_session: Callable[..., Session], tmp_path: Path
) -> None:
    test = "def test_other(submission):\n    '''One.'''\n"
    other = course.assignment(id="other", files={"tests/public/test_other.py": test})
    file = write(tmp_path, SOURCE)
    done = pytest_session(toy.public_tests, other.public_tests, "--submission", file)
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "these tests are of toy, other" in done.errors


def test_other_tests_do_not_notice(pytest_session: Callable[..., Session], tmp_path: Path) -> None:
    write(tmp_path, SOURCE)
    (tmp_path / "test_plain.py").write_text(
        "import sys\n"
        "def test_loaded(request):\n"
        "    assert request.config.pluginmanager.has_plugin('grader')\n"
        "    names = {name for name in sys.modules if name.partition('.')[0] == 'grader'}\n"
        "    assert names <= {'grader', 'grader.plugin', 'grader.version'}\n"
        "    assert not {'numpy', 'pydantic', 'IPython'} & {*sys.modules}\n"
        "def test_fixture(submission): pass\n"
    )
    done = pytest_session()
    assert "1 passed, 1 error" in done.text, done.text
    assert "fixture 'submission' not found" in done.text
    beside = pytest_session("--submission", "toy.py", "-k", "not fixture")
    assert "1 failed, 1 deselected" in beside.text, beside.text  # pytest ran it: more is loaded
