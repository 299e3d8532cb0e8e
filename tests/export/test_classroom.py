from __future__ import annotations

import base64
import json
from decimal import Decimal

import pytest

from grader.export.classroom import LONGEST, write
from grader.model import Grade, Status


def result(grade: Grade) -> dict[str, object]:
    text = write(grade)
    assert "\n" not in text
    return json.loads(base64.b64decode(text, validate=True).decode("utf-8"))


def points(grade: Grade) -> tuple[float, float]:
    """Add up as the reporter does: nothing at all without a maximum, NaN without a score."""
    found = result(grade)
    if not found.get("max_score"):
        return 0, 0
    total = 0.0
    for test in found["tests"]:
        total += test["score"]
    return total, found["max_score"]


def test_the_reporter_finds_all_points(kinds: list[Grade]):
    for grade in kinds:
        total, most = points(grade)
        assert total == pytest.approx(float(grade.score), abs=1e-9)
        assert most == float(grade.max_score)


def test_every_test_is_there_with_all_that_the_reporter_reads(kinds: list[Grade]):
    for grade in kinds:
        tests = result(grade)["tests"]
        assert len(tests) == len(grade.verdicts) + bool(grade.problem)
        for test in tests:
            assert {"name", "status", "score", "message", "test_code", "line_no"} <= test.keys()
            assert test["status"] in ("pass", "fail", "error")
            assert (test["message"] is None) == (test["status"] == "pass")


def test_the_status_is_that_of_the_worst(kinds: list[Grade], graded):
    assert [result(grade)["status"] for grade in kinds] == ["fail", "error", "fail", "fail"]
    (first, *_) = graded().verdicts
    assert result(graded(verdicts=(first,), score=first.points, max_score=first.points)) == {
        "version": 3,
        "status": "pass",
        "max_score": 4.0,
        "tests": [
            {
                "name": "Test 1, “<b>&amp;”",
                "status": "pass",
                "score": 4.0,
                "message": None,
                "test_code": "",
                "filename": "",
                "line_no": 0,
                "duration": 0.012,
            }
        ],
    }


def test_a_message_begins_with_the_points(graded):
    assert result(graded())["tests"][2]["message"] == "0 of 2.5 points\na\nb"


@pytest.mark.parametrize(("tests", "length"), [(3, 90_000), (40, 9_000), (400, 3_000)])
def test_it_fits_into_an_environment_variable_and_keeps_every_test(
    graded, verdict, tests: int, length: int
):
    verdicts = tuple(
        verdict(number, "0", "1", Status.FAILED, message="é" * length) for number in range(tests)
    )
    grade = graded(verdicts=verdicts, score=Decimal(0), max_score=Decimal(tests))
    assert len(write(grade)) <= LONGEST
    found = result(grade)["tests"]
    assert len(found) == tests
    assert all(one["message"].startswith("0 of 1 points") for one in found)
