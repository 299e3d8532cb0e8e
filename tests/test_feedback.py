from __future__ import annotations

from decimal import Decimal

import pytest

from grader.feedback import student_view
from grader.model import (
    Environment,
    Grade,
    GradeStatus,
    MetricResult,
    Notice,
    Status,
    Verdict,
    Visibility,
    Written,
)
from grader.report import render_grade

CANARY = "CANARY"


def verdict(name: str, visibility: Visibility, status: Status = Status.FAILED, **fields) -> Verdict:
    return Verdict(
        id=name,
        title=f"title of {len(name)}",
        visibility=visibility,
        points=Decimal(2 if status is Status.PASSED else 1 if status is Status.PARTIAL else 0),
        max_points=Decimal(2),
        status=status,
        **{"message": f"message {CANARY}", "hint": "look here", "duration": 0.123456} | fields,
    )


def graded(*verdicts: Verdict, **fields) -> Grade:
    return Grade(
        student="ada",
        assignment="perceptron",
        score=sum((one.points for one in verdicts), Decimal(0)),
        max_score=sum((one.max_points for one in verdicts), Decimal(0)),
        status=GradeStatus.GRADED,
        verdicts=verdicts,
        **fields,
    )


ENVIRONMENT = Environment(
    grader="0.1.0",
    python="3.11.2",
    platform="Linux",
    cpu="x86_64",
    seed=f"seed-{CANARY}",
    assignment_digest="a",
    submission_digest="b",
)


def test_no_canary_planted_in_a_hidden_test_reaches_a_student():
    hidden = [
        verdict(f"test_{CANARY}_{status}", visibility, status)
        for visibility in (Visibility.HIDDEN, Visibility.AFTER_DUE)
        for status in Status
    ]
    quoting = verdict(
        "test_open",
        Visibility.PUBLIC,
        Status.SKIPPED,
        message=f"skipped: test_{CANARY}_failed did not pass",
        hint=f"see test_{CANARY}_failed",
    )
    grade = graded(
        quoting,
        *hidden,
        environment=ENVIRONMENT,
        written=Written(answers="mine", key_points=f"{CANARY} is the answer"),
        problem=f"test_{CANARY}_crashed ended the process",
        warnings=(
            Notice(code="x", message=f"in test_{CANARY}_failed", where=f"test_{CANARY}_failed"),
        ),
    )
    assert CANARY in grade.model_dump_json()
    view = student_view(grade)
    assert CANARY not in view.model_dump_json()
    for audience in ("student", "instructor"):
        assert CANARY not in render_grade(view, None, audience=audience)
    assert (
        "0.123456" not in view.model_copy(update={"verdicts": view.verdicts[1:]}).model_dump_json()
    )


def test_a_hidden_test_keeps_title_points_status_and_its_hint_where_points_were_lost():
    grade = graded(
        verdict("test_a", Visibility.HIDDEN, Status.PARTIAL),
        verdict("test_b", Visibility.HIDDEN, Status.PASSED),
    )
    lost, kept = student_view(grade).verdicts
    assert (lost.title, lost.points, lost.max_points, lost.status) == (
        grade.verdicts[0].title,
        Decimal(1),
        Decimal(2),
        Status.PARTIAL,
    )
    assert (lost.hint, lost.message, lost.duration) == ("look here", "", 0)
    assert (kept.hint, kept.message, kept.points) == ("", "", Decimal(2))


def test_reveal_keeps_the_generated_message():
    (shown,) = student_view(graded(verdict("test_a", Visibility.HIDDEN, reveal=True))).verdicts
    assert shown.message == f"message {CANARY}"
    assert shown.id == "hidden-1"


def test_a_public_test_stays_as_it_is():
    grade = graded(verdict("test_a", Visibility.PUBLIC))
    assert student_view(grade) == grade


def test_numbers_are_the_same_before_and_after_the_due_date():
    grade = graded(
        verdict("test_a", Visibility.PUBLIC),
        verdict("test_b", Visibility.AFTER_DUE),
        verdict("test_c", Visibility.HIDDEN),
    )
    before = [one.id for one in student_view(grade).verdicts]
    after = student_view(grade, after_due=True).verdicts
    assert before == ["test_a", "hidden-1", "hidden-2"]
    assert [one.id for one in after] == ["test_a", "test_b", "hidden-2"]
    assert after[1] == grade.verdicts[1]
    assert after[2].message == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("test_b failed", "hidden-1 failed"),
        ("test_bb and test_b[3]", "test_bb and hidden-1[3]"),
        ("tests/hidden/test_x.py::test_b", "hidden-1"),
    ],
)
def test_only_whole_ids_are_replaced(text: str, expected: str):
    grade = graded(
        verdict("test_a", Visibility.PUBLIC, message=text),
        verdict("tests/hidden/test_x.py::test_b", Visibility.HIDDEN),
    )
    assert student_view(grade).verdicts[0].message == expected


def test_points_are_conserved_and_the_original_is_not_changed():
    grade = graded(verdict("test_a", Visibility.HIDDEN), environment=ENVIRONMENT)
    before = grade.model_dump_json()
    view = student_view(grade)
    assert (view.score, view.max_score, view.pending) == (
        grade.score,
        grade.max_score,
        grade.pending,
    )
    assert view.environment is not None
    assert view.environment.seed == ""
    assert view.environment.python == "3.11.2"
    assert grade.model_dump_json() == before
    assert student_view(view) == view


def test_key_points_wait_for_the_due_date_and_a_student_s_own_answers_do_not():
    grade = graded(
        verdict("test_secret", Visibility.HIDDEN),
        written=Written(answers="mine, see test_secret", key_points="as test_secret asks"),
    )
    assert student_view(grade).written == Written(answers="mine, see test_secret")
    assert student_view(grade, after_due=True).written == Written(
        answers="mine, see test_secret", key_points="as hidden-1 asks"
    )


def test_what_was_measured_of_a_metric_is_no_secret():
    measured = MetricResult(
        name="accuracy", value=0.7, zero=0.5, full=0.8, better="higher", runs=6, miss=0.005
    )
    grade = graded(verdict("test_a", Visibility.HIDDEN, message="row 17 is wrong", metric=measured))
    (shown,) = student_view(grade).verdicts
    assert shown.metric == measured
    assert shown.message == ""
