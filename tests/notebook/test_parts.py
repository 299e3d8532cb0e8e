"""Which tests are about which part."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.runner import collect
from grader.errors import UsageError
from grader.model import Assignment
from grader.notebook.parts import parts_of, selected_tests

INTERFACE = {
    "forward": {"signature": "(x)"},
    "backward": {"signature": "(x)"},
    "train": {"signature": "(x)"},
    "Model": {
        "kind": "class",
        "signature": "()",
        "members": {"fit": {"signature": "(x)"}, "weights": {"summary": "after fit"}},
    },
    "unused": {"signature": "(x)"},
}
PUBLIC = """
    from grader.checks.training import trained

    NAMES = ["forward", "backward"]

    def gradient(work):
        return work.backward(work.forward(1))

    @pytest.mark.points(1)
    def test_forward(submission):
        '''One.'''
        np.forward = submission.forward(1)

    @pytest.mark.points(1)
    def test_gradient(submission):
        '''Two, by a helper.'''
        gradient(submission)

    @pytest.mark.points(1)
    def test_training(submission, data):
        '''Three, by a helper of ours.'''
        trained(submission, data)

    class TestModel:
        @pytest.mark.points(1)
        def test_fit(self, submission):
            '''Four.'''
            model = submission.Model()
            model.fit(np.train)

        @pytest.mark.points(1)
        def test_weights(self, submission):
            '''Five.'''
            submission.Model().weights

    @pytest.mark.points(5)
    @pytest.mark.parametrize("name", NAMES)
    def test_names(submission, name):
        '''Six: names in a list.'''
        getattr(submission, {"a": "forward", "b": "backward"}[name])
"""


@pytest.fixture
def assignment(course: Any) -> Assignment:
    made: Assignment = course.assignment(public=PUBLIC, interface=INTERFACE)
    return made


def test_a_test_is_about_the_last_name_that_it_uses(assignment: Assignment) -> None:
    parts = dict(parts_of(assignment, collect(assignment, hidden=False)))
    assert parts == {
        "forward": ("test_forward",),
        "backward": ("test_gradient", "test_names"),
        "train": ("test_training",),
        "Model": ("TestModel.test_fit", "TestModel.test_weights"),
        "unused": (),
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("backward", ["test_gradient", "test_names"]),
        ("fit", ["TestModel.test_fit"]),
        ("Model.weights", ["TestModel.test_weights"]),
        ("TestModel", ["TestModel.test_fit", "TestModel.test_weights"]),
        ("TestModel.test_fit", ["TestModel.test_fit"]),
        ("test_names", ["test_names"]),
    ],
)
def test_names_select_tests(assignment: Assignment, name: str, expected: list[str]) -> None:
    assert [*selected_tests(assignment, collect(assignment, hidden=False), name)] == expected


def test_a_name_without_a_test_of_its_own_has_all_that_use_it(course: Any) -> None:
    public = """
        @pytest.mark.points(10)
        def test_both(submission):
            '''Both.'''
            submission.g(submission.f(1))
    """
    assignment = course.assignment(public=public, interface=["f", "g"])
    parts = dict(parts_of(assignment, collect(assignment, hidden=False)))
    assert parts == {"f": ("test_both",), "g": ("test_both",)}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("bakward", 'no part called "bakward", did you mean "backward"?'),
        ("unused", "no public test of toy is about unused"),
    ],
)
def test_other_names_are_answered_with_the_list(
    assignment: Assignment, name: str, told: str
) -> None:
    with pytest.raises(UsageError) as error:
        selected_tests(assignment, collect(assignment, hidden=False), name)
    assert told in error.value.message
    assert error.value.remedy
