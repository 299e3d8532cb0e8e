"""Checks of what a function does beside returning a value."""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from grader.checks import assert_raises, assert_unmodified
from grader.checks.proxy import MissingNameError, SubmissionProxy
from grader.errors import SpecError, StudentError
from grader.model import Assignment, InterfaceEntry, Member
from grader.sandbox import LocalHost


class Pair(NamedTuple):
    """A test's own kind of tuple."""

    X: Any
    y: Any


class Model:
    """A student's class."""

    def fit(self, X: Any, y: Any) -> Model:
        X += 1
        return self

    def score(self, X: Any) -> float:
        raise ValueError("not fitted")


CACHE = {"A1": np.ones(2), "pair": (np.zeros(2), [1])}


def _change(x: Any) -> str:
    match x:
        case np.ndarray():
            x[...] = 7
        case list():
            x.append(7)
        case dict():
            next(iter(x.values()))[0] = 7
        case tuple():
            x[0][0] = 7
        case set():
            x.add(7)
    return "done"


def _tricky(x: Any) -> None:
    x[0] = np.array([1, 2])


def _rename(x: Any) -> None:
    x["new"] = x.pop("old")


NAMESPACE: dict[str, Any] = {
    "keep": lambda x, y=None: "done",
    "change": _change,
    "second": lambda x, y: _change(y),
    "deep": lambda x: _change(x["layers"][1]["W"]),
    "by_name": lambda *, grid: _change(grid),
    "cache": lambda: CACHE,
    "spoil": lambda x: _change(x["pair"]),
    "tricky": _tricky,
    "rename": _rename,
    "fail": lambda kind: (_ for _ in ()).throw(kind_of(kind)("no")),
    "Model": Model,
}


class CustomError(ValueError):
    """A student's own exception."""


def kind_of(name: str) -> type[Exception]:
    return {"ValueError": ValueError, "KeyError": KeyError, "CustomError": CustomError}[name]


@pytest.fixture
def submission(tmp_path: Path) -> Any:
    signatures = {
        "keep": "(x, y=None)",
        "change": "(x)",
        "second": "(x, y)",
        "deep": "(params) -> None",
        "by_name": "(*, grid)",
        "cache": "()",
        "spoil": "(cache)",
        "tricky": "(x)",
        "rename": "(x)",
        "fail": "(kind)",
        "absent": "(x)",
    }
    members = (Member(name="fit", signature="(X, y)"), Member(name="score", signature="(X)"))
    model = InterfaceEntry(name="Model", kind="class", signature="()", members=members)
    entries = [InterfaceEntry(name=name, signature=text) for name, text in signatures.items()]
    assignment = Assignment(
        id="toy",
        title="Toy",
        points=Decimal(1),
        interface=(model, *entries),
        folder=tmp_path,
        digest="",
    )
    proxy = SubmissionProxy(LocalHost(NAMESPACE), assignment)
    proxy.begin(0)
    return proxy


# --- assert_unmodified ---------------------------------------------------------------------------

ARGUMENTS = [
    np.ones(3),
    np.array([np.nan, 1.0]),
    np.array(["NaT", "2026-01-01"], "datetime64[D]"),
    np.array([1, None, "x"], object),
    [1, float("nan"), [2]],
    {"W": np.ones(2), (1, 2): None},
    OrderedDict(b=np.ones(2), a=[1]),
    (np.ones(2), [1, 2]),
    Pair(np.ones(2), [0, 1]),
    {1, 2},
    3,
    "text",
    None,
]


@pytest.mark.parametrize("argument", ARGUMENTS, ids=repr)
def test_what_is_left_alone_passes_and_the_answer_is_returned(
    submission: Any, argument: object
) -> None:
    assert assert_unmodified(submission.keep, argument) == "done"
    assert assert_unmodified(submission.keep, 1, y=argument) == "done"


@pytest.mark.parametrize(
    ("function", "arguments", "named", "place"),
    [
        ("change", [np.ones(3)], {}, "argument x in place"),
        ("change", [[1, 2]], {}, "argument x in place"),
        ("change", [{1}], {}, "argument x in place"),
        ("change", [{"W": np.ones(2)}], {}, "argument x['W'] in place"),
        ("change", [(np.ones(2), 1)], {}, "argument x[0] in place"),
        ("change", [Pair(np.ones(2), 1)], {}, "argument x[0] in place"),
        ("second", [np.ones(1), np.ones(1)], {}, "argument y in place"),
        ("second", [np.ones(1)], {"y": [1]}, "argument y in place"),
        ("by_name", [], {"grid": np.ones(2)}, "argument grid in place"),
        ("tricky", [[1, 2]], {}, "argument x[0] in place"),
        ("rename", [{"old": 1}], {}, "argument x in place"),
        (
            "deep",
            [{"layers": [0, {"W": np.ones(2)}]}],
            {},
            "argument params['layers'][1]['W'] in place",
        ),
    ],
)
def test_what_is_changed_is_named(
    submission: Any, function: str, arguments: list[object], named: dict[str, object], place: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_unmodified(getattr(submission, function), *arguments, **named)
    assert str(caught.value) == (
        f"{function}() changed its {place}; work on a copy instead, such as np.array(x)"
    )


def test_an_answer_passed_on_is_watched_in_the_worker(submission: Any) -> None:
    """The original is passed, not a copy, and it is the original that is compared."""
    assert assert_unmodified(submission.keep, submission.cache()) == "done"
    with pytest.raises(
        AssertionError, match=r"spoil\(\) changed its argument cache\['pair'\]\[0\]"
    ):
        assert_unmodified(submission.spoil, submission.cache())
    assert CACHE["pair"][0][0] == 7


def test_a_method_names_its_parameters_too(submission: Any) -> None:
    with pytest.raises(AssertionError, match=r"Model\.fit\(\) changed its argument X in place"):
        assert_unmodified(submission.Model().fit, np.ones(2), np.ones(2))


def test_parameters_beyond_the_signature_are_counted(submission: Any) -> None:
    with pytest.raises(StudentError, match="TypeError"):
        assert_unmodified(submission.change, [1], [2])


@pytest.mark.parametrize("function", [len, "text", None])
def test_only_functions_of_the_submission_can_be_watched(function: Any) -> None:
    with pytest.raises(SpecError, match="needs a function of the submission"):
        assert_unmodified(function, [1])


# --- assert_raises -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ("ValueError", "ValueError"),
        ("CustomError", "ValueError"),
        ("CustomError", "CustomError"),
        ("KeyError", "LookupError"),
    ],
)
def test_the_exception_or_a_subclass_passes(submission: Any, raised: str, expected: str) -> None:
    assert_raises(expected, submission.fail, raised)


def test_another_exception_fails(submission: Any) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_raises("ValueError", submission.fail, "KeyError")
    message = str(caught.value)
    assert message.startswith("fail() raised test_behaviour.py, line ")
    assert message.endswith("KeyError: 'no', expected a ValueError")


def test_no_exception_fails(submission: Any) -> None:
    with pytest.raises(AssertionError, match=r"^keep\(\) raised nothing, expected an IndexError$"):
        assert_raises("IndexError", submission.keep, 1, y=2)


def test_methods_can_be_asked(submission: Any) -> None:
    assert_raises("ValueError", submission.Model().score, [1])


def test_a_function_that_is_missing_raises_nothing_of_its_own(submission: Any) -> None:
    with pytest.raises(MissingNameError):
        assert_raises("NameError", submission.absent, 1)
