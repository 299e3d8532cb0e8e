"""Outcomes to verdicts to grades: points are conserved, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import (
    POINT_UNIT,
    Assignment,
    Better,
    Grade,
    GradeStatus,
    Metric,
    MetricResult,
    Notice,
    Status,
    Submission,
    TestCase,
    Threshold,
    Visibility,
)
from grader.scoring import (
    Outcome,
    earned_share,
    errored,
    grade,
    missing,
    sequential,
    unreadable,
    verdict,
)

FAILURES = (Status.FAILED, Status.TIMEOUT, Status.CRASHED, Status.SKIPPED)


def case(points: str = "10", name: str = "test_it") -> TestCase:
    return TestCase(
        id=name,
        title="It works.",
        points=Decimal(points),
        visibility=Visibility.HIDDEN,
        hint="Try again.",
        reveal=True,
    )


def outcome(status: str, fraction: str | None = None, **fields: str | float) -> Outcome:
    earned = fraction or ("1" if status == "passed" else "0")
    return Outcome(status=Status(status), fraction=Decimal(earned), **fields)


def assignment(points: str) -> Assignment:
    return Assignment(id="toy", title="Toy", points=Decimal(points), folder=Path("toy"), digest="")


MISSED = (outcome("timeout"), outcome("skipped"))
SUBMISSION = Submission(
    student="ada",
    path="ada/toy.ipynb",
    attempt=2,
    notices=(Notice(code="bom", message="a byte order mark was removed"),),
)


# --- one verdict ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "status", "points"),
    [
        ([outcome("passed")], "passed", "10"),
        ([outcome("failed")], "failed", "0"),
        ([outcome("timeout")], "timeout", "0"),
        ([outcome("crashed")], "crashed", "0"),
        ([outcome("skipped")], "skipped", "0"),
        ([outcome("errored")], "errored", "0"),
        ([], "errored", "0"),  # never run: nobody knows what it would have been
        ([outcome("partial", "0.3")], "partial", "3"),
        ([outcome("partial", "1")], "partial", "10"),
        ([outcome("passed")] * 4, "passed", "10"),
        ([outcome("passed"), outcome("failed")], "partial", "5"),
        ([outcome("passed"), outcome("partial", "0.5"), *MISSED], "partial", "3.75"),
        ([outcome("passed")] * 3 + [outcome("errored")], "errored", "0"),
        ([outcome("skipped"), outcome("failed")], "failed", "0"),
        ([outcome("failed"), outcome("timeout")], "timeout", "0"),
        ([outcome("timeout"), outcome("crashed")], "crashed", "0"),
    ],
)  # fmt: skip
def test_cases_share_the_points_and_the_worst_is_told(
    outcomes: list[Outcome], status: str, points: str
) -> None:
    result = verdict(case(), outcomes)
    assert (result.status, result.points) == (Status(status), Decimal(points))
    assert result.max_points == 10


@pytest.mark.parametrize(("points", "cases"), [("3", 3), ("10", 7), ("0.7", 3), ("1", 9)])
def test_shares_that_have_no_end_in_decimals_are_rounded_once(points: str, cases: int) -> None:
    """k of n cases are worth points k / n to the nearest unit: a third of 3 is 1, not 0.999."""
    for passed in range(1, cases):
        outcomes = [outcome("passed")] * passed + [outcome("failed")] * (cases - passed)
        exact = Fraction(points) * passed / cases
        earned = verdict(case(points), outcomes).points
        assert abs(Fraction(earned) - exact) <= Fraction(POINT_UNIT) / 2
        assert earned % POINT_UNIT == 0
        if exact.denominator == 1:
            assert earned == exact.numerator


def test_a_verdict_repeats_what_the_test_declares() -> None:
    result = verdict(case(), [outcome("failed", message="no", duration=0.25)])
    assert (result.id, result.title) == ("test_it", "It works.")
    assert (result.visibility, result.hint, result.reveal) == ("hidden", "Try again.", True)
    assert (result.message, result.duration) == ("no", 0.25)


def test_messages_of_cases_are_labelled_and_durations_added() -> None:
    outcomes = [
        outcome("passed", case="a", duration=0.5),
        outcome("failed", case="b", message="wrong", duration=0.25),
        outcome("failed", case="", message="also wrong", duration=0.125),
    ]
    result = verdict(case(), outcomes)
    assert result.message == "[b] wrong\nalso wrong"
    assert result.duration == 0.875


# --- one grade -----------------------------------------------------------------------------------

outcomes_of_one_case = st.one_of(
    st.just(outcome("passed")),
    st.sampled_from([outcome(status) for status in FAILURES]),
    st.just(outcome("errored")),
    st.decimals("0.01", 1, places=2).map(lambda share: outcome("partial", str(share))),
)
tests_and_outcomes = st.lists(
    st.tuples(st.decimals(0, 100, places=2), st.lists(outcomes_of_one_case, max_size=6)),
    min_size=1,
    max_size=6,
)


@given(tests_and_outcomes)
def test_points_are_conserved_whatever_happens(
    tests: list[tuple[Decimal, list[Outcome]]],
) -> None:
    verdicts = [
        verdict(case(str(points), f"test_{i}"), outcomes)
        for i, (points, outcomes) in enumerate(tests)
    ]
    total = sum(points for points, _ in tests)
    result = grade(assignment(str(total)), SUBMISSION, verdicts)
    written = Grade.model_validate_json(result.model_dump_json())
    for one in (result, written):
        lost = sum(v.max_points - v.points for v in one.verdicts if v.status is not Status.ERRORED)
        assert one.max_score == total
        assert all(0 <= v.points <= v.max_points for v in one.verdicts)
        assert one.score + lost + one.pending == total
    assert result.score == sum(v.points for v in verdicts)
    any_errored = any(v.status is Status.ERRORED for v in verdicts)
    assert (result.status is GradeStatus.NEEDS_REVIEW) == any_errored
    assert any_errored or result.pending == 0
    if all(o.status is Status.PASSED for _, outcomes in tests for o in outcomes) and all(
        outcomes for _, outcomes in tests
    ):
        assert result.score == total


@given(st.lists(outcomes_of_one_case, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_cases_decides_nothing(outcomes: list[Outcome], random: object) -> None:
    shuffled = sorted(outcomes, key=lambda _: random.random())  # type: ignore[attr-defined]
    first, second = verdict(case(), outcomes), verdict(case(), shuffled)
    assert (first.status, first.points) == (second.status, second.points)


def test_a_grade_says_whose_it_is() -> None:
    result = grade(assignment("10"), SUBMISSION, [verdict(case(), [outcome("passed")])])
    assert (result.student, result.attempt, result.submission) == ("ada", 2, "ada/toy.ipynb")
    assert (result.assignment, result.assignment_title) == ("toy", "Toy")
    assert (result.score, result.status) == (10, GradeStatus.GRADED)
    assert result.warnings == SUBMISSION.notices


def test_only_errored_tests_are_pending() -> None:
    verdicts = [
        verdict(case("4", "a"), [outcome("errored")]),
        verdict(case("5", "b"), [outcome("crashed")]),
        verdict(case("1", "c"), [outcome("passed")]),
    ]
    result = grade(assignment("10"), SUBMISSION, verdicts)
    assert (result.score, result.pending, result.max_score) == (1, 4, 10)
    assert result.status is GradeStatus.NEEDS_REVIEW


def test_when_the_grader_fails_every_point_is_pending() -> None:
    verdicts = errored([case("4", "a"), case("6", "b")], "no worker")
    assert {v.message for v in verdicts} == {"no worker"}
    result = grade(assignment("10"), SUBMISSION, verdicts)
    assert (result.score, result.pending, result.status) == (0, 10, GradeStatus.NEEDS_REVIEW)


def test_what_cannot_be_read_loses_every_point_and_keeps_every_row() -> None:
    broken = SUBMISSION.model_copy(update={"problem": "the notebook is cut in half"})
    result = unreadable(assignment("10"), broken, [case("4", "a"), case("6", "b")])
    assert (result.score, result.pending, result.max_score) == (0, 0, 10)
    assert (result.status, result.problem) == (GradeStatus.UNREADABLE, broken.problem)
    assert [v.status for v in result.verdicts] == [Status.SKIPPED] * 2


def test_who_handed_in_nothing_has_a_grade_too() -> None:
    result = missing(assignment("10"), "bob", "Bob B.")
    assert (result.student, result.name, result.problem) == (
        "bob",
        "Bob B.",
        "nothing was handed in",
    )
    assert (result.score, result.max_score, result.status) == (0, 10, GradeStatus.MISSING)


# --- metrics -------------------------------------------------------------------------------------


def threshold(zero: float, full: float) -> Threshold:
    return Threshold(zero=zero, full=full, miss=0.01, confidence=0.95, method="normal", runs=60)


@pytest.mark.parametrize(
    ("value", "share"), [(0.0, 0.0), (0.5, 0.0), (0.6, 0.25), (0.85, 0.875), (0.9, 1.0), (2, 1.0)]
)
def test_the_share_rises_linearly_from_zero_to_full(value: float, share: float) -> None:
    assert earned_share(value, threshold(0.5, 0.9), Better.HIGHER) == pytest.approx(share)
    mirrored = earned_share(-value, threshold(-0.5, -0.9), Better.LOWER)
    assert mirrored == pytest.approx(share)


def test_a_threshold_out_of_reach_earns_nothing() -> None:
    assert earned_share(1e300, threshold(0, float("inf")), Better.HIGHER) == 0
    assert earned_share(-1e300, threshold(0, float("-inf")), Better.LOWER) == 0


@pytest.mark.parametrize(
    ("scores", "counted"),
    [
        ([0.9, 0.9, 0, 0], [0.9, 0.9]),
        ([0.85, 0.96, 0, 0], [0.85, 0.96]),
        ([0.85, 0.94, 0.95, 0.95], [0.85, 0.94, 0.95, 0.95]),
    ],
)
def test_the_second_look_is_only_for_those_who_missed_the_first(
    scores: list[float], counted: list[float]
) -> None:
    metric = Metric(name="accuracy", title="Accuracy", points=Decimal(10), runs=2)

    def measure(numbers: range) -> list[float]:
        return [scores[number] for number in numbers]

    assert sequential(measure, metric, threshold(0.5, 0.9)) == counted


def test_what_was_measured_is_in_the_verdict_unless_it_errored() -> None:
    measured = MetricResult(
        name="accuracy", value=0.7, zero=0.5, full=0.9, better="higher", runs=4, miss=0.01
    )
    partial = outcome("partial", "0.5", metric=measured)
    assert verdict(case(), [partial]).metric == measured
    assert verdict(case(), [outcome("errored", metric=measured)]).metric is None
