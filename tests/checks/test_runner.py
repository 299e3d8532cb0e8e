"""One run of an assignment's tests: what is found, in which order, and what is left behind."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from grader.checks.runner import collect
from grader.errors import SandboxError, SpecError
from grader.model import Status, Verdict

TWO = """
@pytest.mark.points(4)
def test_two(submission):
    \"""Two.\"""
    assert submission.f(2) == 4

@pytest.mark.points(6)
def test_three(submission):
    \"""Three.\"""
    assert submission.f(3) == 6
"""
RIGHT = "def f(x): return 2 * x"


def without_durations(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    return {
        name: verdict.model_copy(update={"duration": 0.0}) for name, verdict in verdicts.items()
    }


# --- what is found -------------------------------------------------------------------------------


def test_public_tests_come_before_hidden_ones_in_file_order(course: Any) -> None:
    public = "def test_open(submission):\n    '''Open.'''\n    assert submission.f(1) == 2\n"
    assignment = course.assignment(TWO, public=public)
    names = ["test_open", "test_two", "test_three"]
    assert [test.id for test in collect(assignment)] == names
    assert list(course.verdicts(assignment, RIGHT)) == names
    assert list(course.verdicts(assignment, RIGHT, hidden=False)) == ["test_open"]


def test_an_assignment_without_public_tests_has_none_to_show(
    course: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest without a path would collect the current folder."""
    (tmp_path / "test_elsewhere.py").write_text("def test_elsewhere():\n    '''Elsewhere.'''\n")
    monkeypatch.chdir(tmp_path)
    assignment = course.assignment(TWO)
    assert collect(assignment, hidden=False) == ()
    assert course.verdicts(assignment, RIGHT, hidden=False) == {}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def test_it(submission:\n    pass\n", "SyntaxError"),
        ("import no_such_module\n", "No module named 'no_such_module'"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("raise SystemExit('enough')\n", "a test ended the whole run: enough"),
        ("pytest.exit('enough')\n", "Exit: enough"),
    ],
)
def test_a_test_file_that_cannot_be_imported_is_named(
    course: Any, source: str, message: str
) -> None:
    assignment = course.assignment(TWO + source)
    for attempt in (collect, lambda assignment: course.verdicts(assignment, RIGHT)):
        with pytest.raises(SpecError) as caught:
            attempt(assignment)
        assert message in str(caught.value)
        if "whole run" not in message:
            assert "tests/hidden/test_hidden.py" in str(caught.value)
            assert caught.value.remedy == "Mend the test file."


def test_one_broken_file_does_not_hide_behind_the_total(course: Any) -> None:
    """The import error is the news, not that the points of the rest do not add up."""
    assignment = course.assignment(TWO, points=20, files={"tests/hidden/test_more.py": "1 / 0\n"})
    with pytest.raises(SpecError, match="ZeroDivisionError"):
        collect(assignment)


@pytest.mark.parametrize("source", ["pytest.exit('enough')", "import os\n    pytest.exit()"])
def test_a_test_that_ends_the_run_is_refused(course: Any, source: str) -> None:
    assignment = course.assignment(
        f"@pytest.mark.points(10)\ndef test_it(submission):\n    '''It.'''\n    {source}\n"
    )
    with pytest.raises(SpecError, match="a test ended the whole run"):
        course.verdicts(assignment, RIGHT)


def test_an_interrupt_is_not_swallowed(course: Any) -> None:
    """Ctrl-C while a test runs must reach whoever started the grading."""

    def interrupt(name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        course.verdicts(course.assignment(TWO), RIGHT, on_test=interrupt)
    assert course.verdicts(course.assignment(TWO), RIGHT)["test_two"].points == 4


def test_an_error_of_our_own_is_not_swallowed(course: Any) -> None:
    def fail(name: str) -> None:
        raise OSError("the progress bar is broken")

    with pytest.raises(OSError, match="the progress bar is broken"):
        course.verdicts(course.assignment(TWO), RIGHT, on_test=fail)


def test_options_that_pytest_refuses_are_an_error(
    course: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from grader.checks import runner

    monkeypatch.setattr(runner, "_OPTIONS", ("--no-such-option",))
    with pytest.raises(SandboxError, match=r"pytest .* could not run the tests"):
        collect(course.assignment(TWO))


# --- which are run -------------------------------------------------------------------------------


def test_an_unknown_name_is_answered_with_the_known_ones(course: Any) -> None:
    with pytest.raises(SpecError, match="toy has no test called 'test_four'") as caught:
        course.verdicts(course.assignment(TWO), RIGHT, only=["test_two", "test_four"])
    assert caught.value.remedy == "Its tests are: test_two, test_three."


def test_verdicts_come_in_file_order_whatever_the_order_of_running(course: Any) -> None:
    done: list[str] = []
    assignment = course.assignment(TWO)
    verdicts = course.verdicts(assignment, RIGHT, backwards=True, on_test=done.append)
    assert done == ["test_three", "test_two"]
    assert list(verdicts) == ["test_two", "test_three"]
    assert list(course.verdicts(assignment, RIGHT, only=["test_three"])) == ["test_three"]


MIXED = """
@pytest.fixture(params=[1, 2], ids=["one", "two"])
def width(request):
    return request.param

@pytest.mark.points(2)
@pytest.mark.depends_on("test_crash")
def test_late(submission):
    \"""Late.\"""
    assert submission.f(2) == 4

@pytest.mark.points(2)
def test_random(submission, rng, seed):
    \"""Random.\"""
    raise AssertionError(f"{submission.draw(seed)} {rng.random()} {np.random.rand()}")

@pytest.mark.points(2)
@pytest.mark.parametrize("x", [1, 5])
def test_cases(submission, width, x):
    \"""Cases.\"""
    credit(0.5, f"width {width}")
    assert submission.f(x) * width == 2 * x, f"{submission.draw(x)}"

@pytest.mark.points(2)
def test_crash(submission):
    \"""Crash.\"""
    credit(0.5, "it ran")
    submission.f("crash")

@pytest.mark.points(1)
def test_timeout(submission):
    \"""Timeout.\"""
    submission.f("timeout")

@pytest.mark.points(1)
def test_error(submission):
    \"""Error.\"""
    None + submission.f(1)
"""
MIXED_SOURCE = """
import random
import numpy as np
def f(x):
    if x == "crash": raise Crash
    if x == "timeout": raise Timeout
    return 2 * x
def draw(seed):
    return random.random(), np.random.rand(), np.random.default_rng().random()
"""


def test_verdicts_do_not_depend_on_the_order_of_the_tests(course: Any) -> None:
    assignment = course.assignment(MIXED, reference=MIXED_SOURCE, interface=("f", "draw"))

    def verdicts(**options: Any) -> dict[str, Verdict]:
        return without_durations(course.verdicts(assignment, MIXED_SOURCE, **options))

    forwards = verdicts()
    assert {verdict.status for verdict in forwards.values()} == {
        Status.PASSED,
        Status.PARTIAL,
        Status.FAILED,
        Status.TIMEOUT,
        Status.ERRORED,
    }
    assert verdicts(backwards=True) == forwards
    one_by_one: dict[str, Verdict] = {}
    for name in forwards:
        one_by_one |= verdicts(only=[name])
    assert one_by_one == forwards


# --- what is left behind -------------------------------------------------------------------------

COUNTER = """
SEEN = []

@pytest.mark.points(10)
def test_it(submission):
    \"""It.\"""
    SEEN.append(submission.f(1))
    assert SEEN == [2], SEEN
"""


def test_global_variables_of_tests_start_afresh(course: Any) -> None:
    assignment = course.assignment(COUNTER)
    for _ in range(3):
        assert course.verdicts(assignment, RIGHT)["test_it"].status is Status.PASSED


def test_a_changed_test_file_is_read_again(course: Any) -> None:
    course.verdicts(course.assignment(COUNTER), RIGHT)
    changed = course.assignment(COUNTER.replace("== [2]", "== [3] != [2]"))
    assert course.verdicts(changed, RIGHT)["test_it"].status is Status.FAILED


@pytest.mark.parametrize("shared", ["tests/hidden/conftest.py", "tests/conftest.py"])
def test_two_assignments_with_files_of_the_same_names_do_not_mix(course: Any, shared: str) -> None:
    """Same file names, same test names, same conftest names."""
    conftest = textwrap.dedent("""
        import pytest

        @pytest.fixture
        def factor():
            return {factor}
    """)
    test = """
    @pytest.mark.points(10)
    def test_it(submission, factor):
        \"""Times {factor}.\"""
        assert submission.f(1) == factor == {factor}
    """
    assignments = {
        factor: course.assignment(
            test.format(factor=factor),
            id=f"times{factor}",
            files={shared: conftest.format(factor=factor)},
        )
        for factor in (2, 3)
    }
    for factor in (2, 3, 2):
        for answer in (2, 3):
            verdict = course.verdicts(assignments[factor], f"def f(x): return {answer} * x")
            assert verdict["test_it"].title == f"Times {factor}."
            assert (verdict["test_it"].status is Status.PASSED) == (factor == answer)


def test_no_module_of_a_test_stays(course: Any) -> None:
    assignment = course.assignment(TWO, public=COUNTER.replace("(10)", "(0)"))
    before = set(sys.modules)
    path, hooks = list(sys.path), list(sys.meta_path)
    course.verdicts(assignment, RIGHT)
    left = {
        name
        for name in set(sys.modules) - before
        if str(course.root) in str(getattr(sys.modules[name], "__path__", ""))
        or str(course.root) in str(getattr(sys.modules[name], "__file__", ""))
        or "test_" in name
    }
    assert left == set()
    assert (sys.path, sys.meta_path) == (path, hooks)


def test_the_environments_options_are_not_ours(
    course: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option -k nothing")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert course.verdicts(course.assignment(TWO), RIGHT)["test_two"].points == 4
    import os

    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option -k nothing"
    assert os.environ["PYTEST_PLUGINS"] == "no_such_plugin"


def test_configuration_around_the_course_is_not_ours(course: Any) -> None:
    course.root.mkdir()
    (course.root / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    (course.root / "conftest.py").write_text("raise RuntimeError('not ours')\n")
    assert len(course.verdicts(course.assignment(TWO), RIGHT)) == 2
