"""Errors say who must act, where, and how."""

from __future__ import annotations

import pickle

import pytest

from grader.errors import (
    DeadlineExceeded,
    GraderError,
    SandboxError,
    SpecError,
    StudentError,
    SubmissionError,
    UsageError,
    WorkerCrashed,
)


def test_the_tree_is_ordered_by_who_must_act() -> None:
    for kind in (UsageError, SpecError, SandboxError, SubmissionError):
        assert kind.__bases__ == (GraderError,)
    for kind in (StudentError, WorkerCrashed, DeadlineExceeded):
        assert kind.__bases__ == (SubmissionError,)


@pytest.mark.parametrize(
    ("where", "remedy", "text"),
    [
        ("", "", "points is -1"),
        ("toy.yaml, line 3", "", "toy.yaml, line 3: points is -1"),
        ("", "Use 10.", "points is -1\nUse 10."),
        ("toy.yaml, line 3", "Use 10.", "toy.yaml, line 3: points is -1\nUse 10."),
    ],
)
def test_an_error_reads_place_problem_remedy(where: str, remedy: str, text: str) -> None:
    error = SpecError("points is -1", where=where, remedy=remedy)
    assert str(error) == text
    assert (error.message, error.where, error.remedy) == ("points is -1", where, remedy)


def test_a_students_exception_reads_like_pythons_own() -> None:
    error = StudentError(
        "CustomError",
        "no labels",
        kinds=("CustomError", "ValueError", "Exception"),
        where="code cell 3, line 2",
        trace="Traceback ...",
    )
    assert str(error) == "code cell 3, line 2: CustomError: no labels"
    assert error.kinds == ("CustomError", "ValueError", "Exception")
    assert (error.kind, error.detail, error.trace) == ("CustomError", "no labels", "Traceback ...")


def test_an_exception_without_a_message_is_its_class() -> None:
    error = StudentError("KeyboardInterrupt", "")
    assert str(error) == "KeyboardInterrupt"
    assert error.kinds == ("KeyboardInterrupt",)


def test_a_deadline_knows_its_clock() -> None:
    error = DeadlineExceeded("f() was stopped", clock="wall", where="test_f")
    assert (error.clock, str(error)) == ("wall", "test_f: f() was stopped")


@pytest.mark.parametrize(
    "error",
    [
        SpecError("wrong", where="here", remedy="mend it"),
        WorkerCrashed("gone"),
        StudentError("ValueError", "no", kinds=("ValueError", "Exception"), where="x", trace="t"),
        DeadlineExceeded("late", clock="total", where="y"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_between_processes(error: GraderError) -> None:
    """The grading processes of a batch send their errors to the command line."""
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
