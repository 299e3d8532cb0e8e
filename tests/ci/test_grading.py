from __future__ import annotations

import pytest

from grader.catalog import Course
from grader.ci import Comparison, require_own_tests
from grader.errors import UsageError

from .conftest import Git


@pytest.fixture
def proposal(git) -> tuple[str, str]:
    """Base and head of a pull request that also changes the tests."""
    base = git.commit({"assignments/toy/tests/public/test_toy.py": "1"})
    git("checkout", "-q", "-b", "work")
    head = git.commit({"assignments/toy/tests/public/test_toy.py": "2"})
    git("checkout", "-q", "main")
    return base, head


def is_refused(git: Git, comparison: Comparison) -> bool:
    try:
        require_own_tests(Course(git.root, ("toy",)), comparison)
    except UsageError as error:
        return "these tests come from the very change" in error.message
    return False


def test_tests_of_the_base_are_the_courses_own(git, proposal):
    base, head = proposal
    assert not is_refused(git, Comparison(head, base, True))


@pytest.mark.parametrize("checkout", ["head", "merge commit", "later than the head"])
def test_tests_of_the_head_are_refused_however_they_came(git, proposal, checkout):
    base, head = proposal
    git("checkout", "-q", "--detach", "main" if checkout == "merge commit" else head)
    if checkout == "merge commit":  # which actions/checkout takes for the event pull_request
        git("merge", "-q", "--no-ff", "--no-edit", "work")
    elif checkout == "later than the head":
        git.commit({"more": "1"})
    assert is_refused(git, Comparison(head, base, True))
    assert is_refused(git, Comparison(head, None, True))
    assert not is_refused(git, Comparison(head, base, False)), "it was pushed by who may push"


def test_a_head_that_is_taken_over_is_nobodys_proposal(git, proposal):
    _, head = proposal
    git("merge", "-q", "--ff-only", "work")
    assert not is_refused(git, Comparison(head, head, True))


def test_a_course_that_lies_elsewhere(git, proposal, tmp_path):
    base, head = proposal
    git("checkout", "-q", "work")
    inner = Git(git.root / "course")  # a checkout within the checkout
    inner.commit({"assignments/toy/x": "1"})
    comparison = Comparison(head, base, True)
    require_own_tests(Course(inner.root, ("toy",)), comparison)
    (tmp_path / "plain").mkdir()
    require_own_tests(Course(tmp_path / "plain", ("toy",)), comparison)
