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
    with pytest.raises(UsageError, match="takes one submission; here is ada, bob") as told:
        call("check", "toy", hand_in(ada=RIGHT, bob=WRONG))
    assert "grader grade" in told.value.remedy


def test_a_missing_file_is_named(toy, tmp_path, call):
    with pytest.raises(UsageError, match=r"nothing\.py does not exist"):
        call("check", "toy", tmp_path / "nothing.py")


def test_an_assignment_without_public_tests_has_nothing_to_check(course, toy, hand_in, call):
    (course.root / "assignments" / "toy" / "tests" / "public" / "test_public.py").unlink()
    with pytest.raises(UsageError, match="toy has no public tests"):
        call("check", "toy", hand_in(ada=RIGHT))


def test_the_only_file_of_the_folder_is_checked(toy, tmp_path, call, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no notebook, module or zip in the current folder"):
        call("check", "toy")
    (tmp_path / "work.py").write_text(RIGHT)
    for other in ("notes.txt", "test_work.py", "conftest.py", ".hidden.py"):
        (tmp_path / other).write_text("")
    assert "2 of 2 points" in call("check", "toy").output
    (tmp_path / "more.ipynb").write_text(notebook(WRONG))
    with pytest.raises(UsageError, match=r"can be meant: more\.ipynb, work\.py") as told:
        call("check", "toy")
    assert told.value.remedy == "Name one: grader check toy more.ipynb"
    (tmp_path / "Toy.ipynb").write_text(notebook("f = len"))  # the assignment's own name
    assert "0 of 2 points" in call("check", "toy").output


def test_what_is_different_in_grading_is_told(toy, tmp_path, hand_in, call):
    path = tmp_path / "toy.ipynb"
    path.write_text(notebook(RIGHT))
    told = "The other 8 of 10 points are in hidden tests, which are run when it is graded."
    afresh = "Your notebook was started afresh and run from the top, as in grading."
    assert f"{afresh} {told}" in call("check", "toy", path).output
    output = call("check", "toy", hand_in(ada=RIGHT) / "ada").output
    assert told in output
    assert afresh not in output


def test_metrics_are_measured_elsewhere(course, call, hand_in, monkeypatch):
    monkeypatch.setenv("GRADER_COURSE", str(course.root))
    threshold = {"zero": 0, "full": 1, "miss": 0.01, "confidence": 0.95, "method": "", "runs": 60}
    course.assignment(
        """
        @pytest.mark.metric("skill")
        def test_skill(submission, metric):
            '''Skill.'''
            metric.score(lambda number: submission.f(number))
        """,
        public="@pytest.mark.points(2)\ndef test_two(submission):\n    '''Two.'''\n",
        metrics={"skill": {"title": "How well it does.", "points": 8}},
        files={"thresholds.json": json.dumps({"skill": threshold})},
    )
    output = call("check", "toy", hand_in(ada=RIGHT) / "ada").output
    assert "Measured then, on data that is not here: “How well it does” (8 points)." in output


def test_state_of_deleted_cells_is_named(toy, tmp_path, call):
    path = tmp_path / "toy.ipynb"
    document = json.loads(notebook("y = scale * 2", "def f(x):\n    return factor * x\n"))
    for cell, count in zip(document["cells"], (4, 2), strict=True):
        cell["execution_count"] = count
    path.write_text(json.dumps(document))
    result = call("check", "toy", path)
    assert result.exit_code == 1
    text = " ".join(result.output.split())
    assert "note code cell 1: It uses 'scale', which no cell defines any more." in text
    assert "note code cell 2: It uses 'factor', which no cell defines." in text
    assert "code cell 2 (In [2]) before code cell 1 (In [4])" in text


def test_the_page_is_written_without_what_is_hidden(toy, tmp_path, hand_in, call):
    page = tmp_path / "page.html"
    result = call("check", "toy", hand_in(ada=WRONG) / "ada", "--html", page)
    assert f"The page: {page}" in result.output
    text = page.read_text("utf-8")
    assert "f(2) is 4." in text
    assert "f doubles any number" not in text
    with pytest.raises(UsageError, match="the page cannot be written"):
        call("check", "toy", hand_in(ada=WRONG) / "ada", "--html", tmp_path)
