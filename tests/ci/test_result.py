from __future__ import annotations

import base64
import json
from decimal import Decimal

import pytest

from grader.ci import PassScore, together
from grader.errors import UsageError
from grader.export import classroom
from grader.model import GradeStatus, Status

from .conftest import verdict


@pytest.mark.parametrize(
    ("text", "points", "is_reached"),
    [
        ("100%", "2", True),
        ("100%", "1.9999", False),
        ("50%", "1", True),
        ("50 %", "0.99", False),
        ("0%", "0", True),
        ("1.5", "1.5", True),
        ("1.5", "1.4999", False),
        ("0", "0", True),
    ],
)
def test_a_share_or_points(result, text, points, is_reached):
    status = Status.PASSED if points == "2" else Status.PARTIAL
    grade = result(verdict(points=points, status=status)).grade
    assert PassScore.parse(text).is_reached(grade) is is_reached


@pytest.mark.parametrize(
    "text", ["", "half", "101%", "-1", "1e3", "nan", "80%%", "٣%", "1/2", "+5"]
)
def test_what_is_no_pass_score(text):
    with pytest.raises(UsageError, match="is no pass score") as caught:
        PassScore.parse(text)
    assert "80%" in caught.value.remedy


def test_more_points_than_there_are(result):
    with pytest.raises(UsageError, match=r"7 points are asked for, and the tests of toy .* give 2"):
        PassScore.parse("7").is_reached(result(verdict()).grade)


def test_what_cannot_be_graded_never_reaches_it(result):
    grade = result(verdict(), problem="It is empty.", status=GradeStatus.UNREADABLE).grade
    assert not PassScore.parse("0%").is_reached(grade)


def test_several_results_are_one_for_classroom(result):
    one = result(verdict(points="2"), verdict("g(1) is 1."))
    other = result(verdict(points="2"), student="bob")
    broken = result(
        problem="It is empty.", status=GradeStatus.UNREADABLE, max_score=Decimal(3), student="cyd"
    )
    text = classroom.write(together([one, other, broken]))
    document = json.loads(base64.b64decode(text))
    assert document["max_score"] == 9 == 4 + 2 + 3
    assert document["status"] == "fail"
    assert [(test["name"], test["score"]) for test in document["tests"]] == [
        ("ada: f(2) is 4.", 2),
        ("ada: g(1) is 1.", 0),
        ("bob: f(2) is 4.", 2),
        ("cyd: The submission can be graded.", 0),
    ]
    assert together([one]) == one.grade
    assert json.loads(base64.b64decode(classroom.write(together([]))))["tests"] == []
