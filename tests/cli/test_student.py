from __future__ import annotations

import json

import pytest

from grader.errors import UsageError

from .conftest import RIGHT, WRONG


def notebook(*sources: str) -> str:
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def test_right_work_leaves_with_0(toy, hand_in, call):
    result = call("check", "toy", hand_in(ada=RIGHT) / "ada" / "toy.py")
    assert result.exit_code == 0
    assert "✓     2/2 f(2) is 4." in result.output
    assert "2 of 2 points in the tests that you are given" in result.output
    assert "f doubles any number" not in result.output


def test_wrong_work_leaves_with_1_and_a_hint(toy, hand_in, call):
    result = call("check", "toy", hand_in(ada="def f(x):\n    return None\n") / "ada")
    assert result.exit_code == 1
    assert "✗     0/2 f(2) is 4." in result.output
    assert "Hint: Twice as much." in result.output
    assert "0 of 2 points" in result.output


def test_failed_cells_and_what_was_recovered_are_told(toy, tmp_path, call):
    path = tmp_path / "toy.ipynb"
    path.write_text("\ufeff" + notebook(RIGHT, "1/0", "import time\nprint('[red]')"))
    result = call("check", "toy", path)
    assert result.exit_code == 0
    assert "✗ code cell 2 failed: code cell 2, line 1: ZeroDivisionError" in result.output
    notes = [line for line in result.output.splitlines() if line.startswith("note")]
    assert [note.rstrip() for note in notes] == [
        "note toy.ipynb: The file begins with a byte order mark; it was skipped."
    ]


def test_a_deadline_is_told(course, toy, hand_in, call):
    spec = course.root / "assignments" / "toy" / "assignment.yaml"
    fields = json.loads(spec.read_text()) | {"limits": {"call_seconds": 0.3, "wall_factor": 1}}
    spec.write_text(json.dumps(fields))
    result = call("check", "toy", hand_in(ada="def f(x):\n    while True:\n        pass\n"))
    assert result.exit_code == 1
    assert "0.3" in result.output


@pytest.mark.parametrize("content", ["", '{"cells": [{"cell_ty', '{"cells": []}'])
def test_what_cannot_be_read_is_explained(toy, tmp_path, call, content):
    path = tmp_path / "toy.ipynb"
    path.write_text(content)
    result = call("check", "toy", path)
    assert result.exit_code == 1
    assert "✗ This cannot be graded: " in result.output
    assert "points" not in result.output


def test_text_of_the_students_moves_no_cursor_and_is_no_markup(toy, hand_in, call):
    source = "raise ValueError('\\x1b[2J\\ud800 [bold]text[/] \\u202e')\n"
    result = call("check", "toy", hand_in(ada=source))
    assert result.exit_code == 1
    assert "[bold]text[/]" in result.output
    assert not {"\x1b", "\ud800", "\u202e"} & set(result.output)


def test_many_submissions_are_for_grade(toy, hand_in, call):
    with pytest.raises(UsageError, match="takes one submission; this holds ada, bob") as told:
        call("check", "toy", hand_in(ada=RIGHT, bob=WRONG))
    assert "grader grade" in told.value.remedy


def test_a_missing_file_is_named(toy, tmp_path, call):
    with pytest.raises(UsageError, match=r"nothing\.py does not exist"):
        call("check", "toy", tmp_path / "nothing.py")


def test_an_assignment_without_public_tests_has_nothing_to_check(course, toy, hand_in, call):
    (course.root / "assignments" / "toy" / "tests" / "public" / "test_public.py").unlink()
    with pytest.raises(UsageError, match="toy has no public tests"):
        call("check", "toy", hand_in(ada=RIGHT))
