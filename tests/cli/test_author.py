from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from grader.errors import SpecError, UsageError

SCHEMA = Path(__file__).parents[2] / "docs" / "grade.schema.json"


def test_the_published_schema_is_current(call):
    printed = call("schema").output
    assert SCHEMA.read_text(encoding="utf-8") == printed, "run `grader schema > " + SCHEMA.name
    jsonschema.Draft202012Validator.check_schema(json.loads(printed))


def test_the_schema_refuses_what_is_no_grade():
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    grade = {
        "schema_version": 1,
        "student": "ada",
        "name": "",
        "attempt": 1,
        "assignment": "toy",
        "assignment_title": "Toy",
        "submission": "",
        "score": 1.5,
        "max_score": 10,
        "pending": 0,
        "status": "graded",
        "problem": "",
        "verdicts": [],
        "warnings": [],
        "environment": None,
        "duration": 0,
    }
    validator.validate(grade)
    for wrong in (
        {"schema_version": 2},
        {"score": "1.5"},
        {"status": "fine"},
        {"verdicts": [{"id": "test_a"}]},
        {"unknown": 1},
    ):
        assert not validator.is_valid(grade | wrong), wrong


def test_a_starter_is_written_and_then_up_to_date(toy, course, call):
    solution = course.root / "reference" / "toy" / "solution.py"
    solution.write_text(
        "# %%\ndef f(x):\n    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION\n"
    )
    with pytest.raises(SpecError, match=r"out of date: toy\.ipynb, toy\.py") as told:
        call("release", "toy", "--check")
    assert told.value.remedy == "Run `grader release toy` and commit the result."
    result = call("release", "toy")
    assert result.exit_code == 0
    assert "NotImplementedError" in (toy.folder / "starter" / "toy.py").read_text()
    assert [line.split("/")[-1] for line in result.output.splitlines()] == ["toy.ipynb", "toy.py"]
    assert "up to date" in call("release", "toy", "--check").output


def test_students_have_nothing_to_release(toy, course, call):
    (course.root / "reference" / "toy" / "solution.py").unlink()
    (course.root / "reference" / "toy").rmdir()
    with pytest.raises(UsageError, match="has no reference solution here"):
        call("release", "toy")
