from __future__ import annotations

import json

from grader.ci import Kind, code_quality, remarks
from grader.ci.places import Place
from grader.model import GradeStatus, Status

from .conftest import verdict

FILE = "submissions/toy/ada/toy.py"


def test_a_remark_for_each_test_that_lost_points_the_costliest_first(result):
    made = remarks(
        [
            result(
                verdict("f() is fast.", points="1", status=Status.PARTIAL, message="too slow"),
                verdict("f() doubles.", message="got 3", hint="Twice as much."),
                verdict(points="2"),
                verdict("f() was not tried.", status=Status.ERRORED),
                verdict("f() was skipped.", status=Status.SKIPPED),
            )
        ],
        (),
    )
    assert [(one.kind, one.title) for one in made] == [
        (Kind.ERROR, "0 of 2 points"),
        (Kind.WARNING, "0 of 2 points"),
        (Kind.WARNING, "1 of 2 points"),
    ]
    assert made[0].message == "f() doubles.\ngot 3\nHint: Twice as much."
    assert made[0].place == Place(FILE, 1)


def test_a_notebook_names_the_cell(result):
    text = json.dumps({"cells": [{"cell_type": "code", "source": ["x\n", "1/0"]}], "nbformat": 4})
    lost = verdict(message="code cell 1, line 2: ZeroDivisionError: division by zero")
    (made,) = remarks([result(lost, files={"toy.ipynb": text}, submission="ada/toy.ipynb")], ())
    assert made.title == "0 of 2 points, code cell 1"
    assert made.place.line == 1


def test_problems_come_first(result):
    broken = result(
        verdict(status=Status.SKIPPED), problem="It is empty.", status=GradeStatus.UNREADABLE
    )
    pending = result(verdict(status=Status.ERRORED), status=GradeStatus.NEEDS_REVIEW, student="bob")
    lost = result(verdict(), student="cyd")
    made = remarks([lost, broken, pending], ["submissions/toi/x.py"])
    assert [(one.kind, one.title) for one in made] == [
        (Kind.ERROR, "This file is not graded"),
        (Kind.ERROR, "This cannot be graded"),
        (Kind.WARNING, "Points are pending"),
        (Kind.ERROR, "0 of 2 points"),
    ]
    assert made[1].message == "It is empty."
    assert made[1].place == Place(FILE, 1)


def test_gitlab_reads_the_same(result):
    """https://docs.gitlab.com/ci/testing/code_quality/ lists the fields that are required."""
    made = remarks([result(verdict(), verdict("g() halves."))], [])
    found = json.loads(code_quality(made))
    assert len({one["fingerprint"] for one in found}) == len(found) == 2
    for one in found:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert one["location"]["path"] == FILE
        assert one["location"]["lines"]["begin"] >= 1
    assert found == json.loads(code_quality(made)), "the same finding keeps its fingerprint"
