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


# --- the student bundle -------------------------------------------------------------------------

SOLUTION = "# %%\ndef f(x):\n    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION\n"


@pytest.fixture
def ready(toy, course, call):
    """The assignment, ready to be released."""
    (course.root / "reference" / "toy" / "solution.py").write_text(SOLUTION)
    call("release", "toy")
    return toy


def test_a_bundle_is_written_and_told(ready, call, tmp_path):
    out = tmp_path / "out"
    result = call("release", "toy", "-o", out, "--isolation", "D")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == (
        "1 right solution scores full, the starter nothing, and nothing secret is told."
    )
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert sorted(line.strip() for line in lines[1:-1]) == written
    assert lines[-1] == f"wrote {out / 'assignments' / 'toy'}"

    (out / "assignments" / "toy" / "README.md").write_text("mine")
    with pytest.raises(UsageError, match="other versions"):
        call("release", "toy", "-o", out)
    result = call("release", "toy", "-o", out, "--zip", "--isolation", "D")
    assert result.output.splitlines()[-1] == f"wrote {out / 'toy.zip'}"


def test_what_must_not_be_released_is_refused(ready, course, call, tmp_path):
    starter = ready.folder / "starter" / "toy.py"
    right = starter.read_text()
    starter.write_text("# mine\n")
    with pytest.raises(SpecError, match="the starter is out of date"):
        call("release", "toy", "-o", tmp_path / "out")
    starter.write_text(right)
    with pytest.raises(UsageError, match="this is the course itself"):
        call("release", "toy", "-o", course.root)
    (ready.folder / "README.md").write_text("# Toy\n\nSee test_many.\n")
    with pytest.raises(
        SpecError, match=r"README\.md:3 says what .*test_hidden\.py says: test_many"
    ):
        call("release", "toy", "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--zip"], "these options need -o"),
        (["--force"], "these options need -o"),
        (["--isolation", "D"], "these options need -o"),
        (["--check", "-o", "out"], "--check writes nothing"),
    ],
)
def test_options_that_do_not_go_together_are_refused(ready, call, options, told):
    with pytest.raises(UsageError, match=told):
        call("release", "toy", *options)


# --- new assignments ----------------------------------------------------------------------------


def test_a_new_assignment_joins_the_course_around(toy, course, call):
    result = call("new", "logit", "--metric", "--title", "Logistic regression")
    assert result.exit_code == 0
    *wrote, following = result.output.splitlines()
    assert len(wrote) == 11
    assert all(line.startswith(f"wrote {course.root}") for line in wrote)
    assert following == "Next: `grader release logit` makes the starter."
    assert "Logistic regression" in call("list").output
    with pytest.raises(UsageError, match="nothing is overwritten"):
        call("new", "logit")


def test_a_new_assignment_makes_a_course_where_there_is_none(call, tmp_path, monkeypatch):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    call("new", "first")
    assert (tmp_path / "assignments" / "first" / "tests").is_dir()
    monkeypatch.chdir(tmp_path / "assignments" / "first")
    call("new", "second")
    assert (tmp_path / "reference" / "second" / "solution.py").is_file()
    call("new", "third", "--course", tmp_path / "other")
    assert (tmp_path / "other" / "assignments" / "third" / "README.md").is_file()
