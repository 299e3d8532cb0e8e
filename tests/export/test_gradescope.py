from __future__ import annotations

import json

import jsonschema
import pytest

from grader.export import Shown
from grader.export.gradescope import write
from grader.model import Grade

VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
# As https://gradescope-autograders.readthedocs.io/en/latest/specs/ describes it; no other fields.
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["score"],
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array"},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def test_every_kind_of_grade_is_as_the_specification_says(kinds: list[Grade]):
    for grade in kinds:
        jsonschema.validate(json.loads(write(grade)), SCHEMA)


def test_texts_are_no_markup_and_nothing_that_was_printed_is_shown(graded):
    document = json.loads(write(graded()))
    formats = {document[f"{name}_format"] for name in ("output", "test_output", "test_name")}
    formats |= {one["output_format"] for one in document["tests"]}
    formats |= {one["name_format"] for one in document["tests"]}
    assert formats == {"text"}
    assert document["stdout_visibility"] == "hidden"
    assert document["tests"][0]["name"] == "Test 1, “<b>&amp;”"


def test_a_test_tells_what_was_found_measured_and_advised(graded):
    first, second, third, fourth, fifth, sixth, last = json.loads(write(graded()))["tests"]
    assert first["output"] == ""
    assert second["output"] == (
        "got [1 2]\nexpected [1 3]\ufffd \ufffd ]]> \ufffd\nHint: Look again."
    )
    assert third["output"] == "a\nb"
    assert fourth["output"] == "The test was not run."
    assert fifth["output"] == "The code used its time up."
    assert sixth["output"] == "The code ended its process."
    assert last["output"] == (
        "accuracy: 0.7 (mean of 3 trainings); no points at 0.6, full marks from 0.8\ntoo low"
    )


def test_only_what_passed_or_failed_has_a_status(kinds: list[Grade]):
    graded, review, *_ = (json.loads(write(grade))["tests"] for grade in kinds)
    assert [one.get("status") for one in graded] == [
        "passed",
        None,
        *["failed"] * 4,
        None,
    ]
    assert "status" not in review[0]
    assert review[0]["output"].endswith("4 points are pending.")


@pytest.mark.parametrize("closed", Shown)
def test_tests_that_are_not_public_are_shown_when_it_is_wanted(graded, closed: Shown):
    tests = json.loads(write(graded(), closed=closed))["tests"]
    shown = [one["visibility"] for one in tests]
    expected = ["visible", "visible", closed, closed, "visible", closed, "visible"]
    assert shown == expected


def test_the_whole_tells_what_was_noticed_and_what_is_pending(kinds: list[Grade]):
    graded, review, broken, absent = (json.loads(write(grade))["output"] for grade in kinds)
    assert graded == "cell 1: A mark was left out."
    assert review.startswith("4 points are pending")
    assert broken.startswith("This cannot be graded: The file ends in the middle.\nSave it again.")
    assert absent == "This cannot be graded: nothing was handed in"
