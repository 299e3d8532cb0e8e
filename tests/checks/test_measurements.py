"""What several tests share is done once, and does not depend on which of them comes first."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from grader.model import Status

# Each call draws from the submission's own generator and from the grader's; both are told.
DRAWS = """
import numpy as np
calls = 0
def f():
    global calls
    calls += 1
    return np.random.rand(), calls
"""
TESTS = """
import numpy as np

def drawn(submission, number):
    return (*submission.f(), np.random.rand(), number)

@pytest.mark.points(4)
def test_first(submission, measure):
    \"""First.\"""
    raise AssertionError(f"{measure(drawn, 1)} {measure(drawn, 2)} {submission.f()[0]}")

@pytest.mark.points(6)
def test_second(submission, measure):
    \"""Second.\"""
    raise AssertionError(f"{measure(drawn, 2)} {measure(drawn, 1)} {submission.f()[0]}")
"""


def test_tests_share_a_measurement(course: Any) -> None:
    verdicts = course.verdicts(course.assignment(TESTS, reference=DRAWS), DRAWS)
    first = verdicts["test_first"].message.replace("(", "").replace(")", "").split()
    second = verdicts["test_second"].message.replace("(", "").replace(")", "").split()
    assert (first[:4], first[4:8]) == (second[4:8], second[:4])
    assert first[:4] != first[4:8], "other arguments are another measurement, seeded otherwise"
    assert first[8] != second[8], "each test has its own seed"


def test_the_order_of_tests_changes_nothing(course: Any) -> None:
    assignment = course.assignment(TESTS.replace("*submission.f()", "submission.f()[0]"))
    forwards = course.verdicts(assignment, DRAWS)
    backwards = course.verdicts(assignment, DRAWS, backwards=True)
    alone = {
        name: course.verdicts(assignment, DRAWS, only=[name])[name].message for name in forwards
    }
    assert {name: one.message for name, one in backwards.items()} == alone
    assert {name: one.message for name, one in forwards.items()} == alone


def test_a_failure_is_everybodys_and_happens_once(course: Any) -> None:
    test = """
    @pytest.mark.points(5)
    def test_{name}(measure):
        \"""It works.\"""
        measure(measured)
    """
    tests = (
        "def measured(submission):\n    return submission.f()\n",
        *(textwrap.dedent(test.format(name=name)) for name in ("first", "second")),
    )
    source = "calls = []\ndef f():\n    calls.append(1)\n    raise ValueError(f'call {len(calls)}')"
    verdicts = course.verdicts(course.assignment("".join(tests), reference=DRAWS), source)
    assert len(verdicts) == 2
    for verdict in verdicts.values():
        assert verdict.status is Status.FAILED
        assert "ValueError: call 1" in verdict.message


WRONG = {
    "inner function": ("measure(lambda submission: 1)", "expected a function of the test module"),
    "used before": ("submission.f(); measure(once)", "after another use of the submission"),
    "credit": ("measure(generous)", "grants credit"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_measured_is_the_authors_fault(what: str, course: Any) -> None:
    body, told = WRONG[what]
    assignment = course.assignment(
        f"""
        from grader.checks import credit

        def once(submission):
            return submission.f()

        def generous(submission):
            credit(0.5, "half")

        @pytest.mark.points(10)
        def test_it(submission, measure):
            \"""It works.\"""
            {body}
        """,
        reference=DRAWS,
    )
    verdict = course.verdicts(assignment, DRAWS)["test_it"]
    assert verdict.status is Status.ERRORED
    assert told in verdict.message


def test_a_measurement_is_replayed_on_the_reference(course: Any) -> None:
    """What the test cannot work with is the student's fault if the reference's can be used."""
    tests = """
    def measured(submission):
        return submission.f()[0] + 1

    @pytest.mark.points(10)
    def test_it(measure):
        \"""It works.\"""
        measure(measured)
    """
    verdict = course.verdicts(course.assignment(tests, reference=DRAWS), "def f(): return None")[
        "test_it"
    ]
    assert verdict.status is Status.FAILED
    assert "f() returned None" in verdict.message
