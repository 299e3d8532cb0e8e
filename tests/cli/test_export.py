"""`grader export`: which documents come from a folder of results, and where they go."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch import ResultsFolder
from grader.errors import UsageError
from grader.export import Format, Reader
from grader.model import Grade, GradeStatus, Status, Verdict, Visibility

CANVAS = (
    "Student,ID,SIS Login ID,Section,Toy (7)\n    Points Possible,,,,10\n"
    '"L., Ada",501,ada,S1,\n"Ü., Zoë",502,zoe,S1,\n"O., Otto",503,otto,S1,\n'
)
STUDENTS = [one for one in Format if one.reader is Reader.STUDENT]


def verdict(number: int, points: int, visibility: Visibility) -> Verdict:
    return Verdict(
        id=f"test_{visibility}_canary",
        title=f"Test {number}",
        visibility=visibility,
        points=Decimal(points),
        max_points=Decimal(number),
        status=Status.PASSED if points == number else Status.FAILED,
        message=f"message of the {visibility} test",
    )


def grade(student: str, points: int = 0, **fields) -> Grade:
    verdicts = (
        verdict(2, 2, Visibility.PUBLIC),
        verdict(3, 0, Visibility.HIDDEN),
        verdict(5, points, Visibility.AFTER_DUE),
    )
    return Grade(
        student=student,
        assignment="toy",
        assignment_title="Toy",
        submission=f"{student}.ipynb",
        score=Decimal(2 + points),
        max_score=Decimal(10),
        status=GradeStatus.GRADED,
        verdicts=verdicts,
        **fields,
    )


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """The results of Ada, with 7 of 10 points, and Zoë, with 2."""
    folder = ResultsFolder(tmp_path / "results")
    folder.write("ada", grade("ada", 5, name="Ada L."), None)
    folder.write("zoe", grade("zoe", 1, name="Ü., Zoë"), None)
    return folder.root


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A gradebook that Canvas exported."""
    path = tmp_path / "exported.csv"
    path.write_text(CANVAS, encoding="utf-8-sig")
    return path


@pytest.fixture
def refused(call) -> Callable[..., UsageError]:
    """Call a command that must be refused, and return why."""

    def run(*arguments: object) -> UsageError:
        with pytest.raises(UsageError) as caught:
            call("export", *arguments)
        assert caught.value.remedy
        return caught.value

    return run


@pytest.mark.parametrize("target", [one for one in Format if not one.is_filled_in])
def test_each_format_is_written_to_the_terminal_and_to_a_file(target, results, call, tmp_path):
    shown = call("export", target, results, "--student", "ada")
    assert shown.exit_code == 0
    path = tmp_path / f"ada{target.suffix}"
    quiet = call("export", target, results, "--student", "ada", "-o", path)
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert path.read_bytes() == shown.stdout_bytes
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    assert "zoe" not in shown.stdout


def test_a_table_has_everybody(results, call):
    text = call("export", "csv", results).stdout_bytes.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["name"], row["score"]) for row in rows] == [("Ada L.", "7"), ("Ü., Zoë", "3")]
    (results / "index.html").unlink(missing_ok=True)
    ResultsFolder(results).render_all()
    assert (results / "grades.csv").read_bytes().decode("utf-8-sig") == text


@pytest.mark.parametrize("target", STUDENTS)
def test_students_read_what_they_may_know(target: Format, results, call):
    def told(*options: str) -> str:
        shown = call("export", target, results, "--student", "zoe", *options).stdout
        return base64.b64decode(shown).decode() if target is Format.CLASSROOM else shown

    before, after = told(), told("--after-due")
    for text in (before, after):
        assert "Test 3" in text
        assert "hidden_canary" not in text
        assert "message of the hidden test" not in text
    assert "message of the after_due test" not in before
    assert "message of the after_due test" in after


def test_gradescope_shows_closed_tests_when_it_is_told_to(results, call):
    shown = call(
        "export", "gradescope", results, "--student", "ada", "--hidden-tests", "after_published"
    )
    visible = [one["visibility"] for one in json.loads(shown.stdout)["tests"]]
    assert visible == ["visible", "after_published", "after_published"]


def test_a_file_for_each_submission(results, call, tmp_path):
    folder = tmp_path / "new" / "gradescope"
    assert call("export", "gradescope", results, "-o", folder).exit_code == 0
    scores = {path.name: json.loads(path.read_text("utf-8"))["score"] for path in folder.iterdir()}
    assert scores == {"ada.json": 7.0, "zoe.json": 3.0}


def test_several_submissions_need_a_folder(results, refused, tmp_path):
    assert "holds one submission, and there are 2" in refused("classroom", results).message
    file = tmp_path / "file"
    file.touch()
    assert refused("classroom", results, "-o", file).where == str(file)


def test_a_gradebook_is_filled_in(results, template, call, tmp_path):
    output = tmp_path / "filled.csv"
    result = call("export", "canvas", results, "--template", template, "-o", output)
    assert result.exit_code == 0
    assert output.read_text("utf-8") == "\ufeff" + CANVAS.replace("ada,S1,", "ada,S1,7").replace(
        "zoe,S1,", "zoe,S1,3"
    )
    assert template.read_text("utf-8-sig") == CANVAS
    assert "2 grades entered in column “Toy (7)”." in result.stderr
    assert "1 students of the file have no grade here" in result.stderr
    shown = call("export", "canvas", results, "--template", template)
    assert shown.stdout_bytes == output.read_bytes()


def test_a_worksheet_is_filled_in(results, call, tmp_path):
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(
        "ID,Name,Note,Höchstnote,Geändert\nTeilnehmer 1,Ada L.,,10,-\n", encoding="utf-8"
    )
    arguments = ("export", "moodle", results, "--template", sheet, "--column", "Note")
    result = call(*arguments, "--student", "ada")
    assert result.exit_code == 0
    assert "Ada L.,7,10" in result.stdout


def test_what_is_not_entered_is_told_with_its_points(results, template, call):
    text = CANVAS.replace("Zoë", "Zoé").replace("zoe", "EX").replace("ada,S1,", "ada,S1,EX")
    template.write_text(text, encoding="utf-8")
    ResultsFolder(results).write("eve", grade("eve", 4), None)
    result = call("export", "canvas", results, "--template", template)
    assert result.exit_code == 1
    assert result.stdout == text.replace("EX,S1,", "EX,S1,3")
    assert "2 grades were not entered:" in result.stderr
    assert "- ada (Ada L.), 7 of 10 points: line 3, its cell says “EX”, excused" in result.stderr
    assert "- eve, 6 of 10 points: no row of the sheet means this student" in result.stderr


def test_the_exported_file_is_not_overwritten(results, template, refused):
    error = refused("canvas", results, "--template", template, "-o", template)
    assert "would be overwritten" in error.message
    assert template.read_text("utf-8-sig") == CANVAS


def test_a_template_that_is_wrong_or_missing(results, refused, tmp_path):
    assert "needs the file to fill in" in refused("moodle", results).message
    gone = tmp_path / "gone.csv"
    error = refused("canvas", results, "--template", gone)
    assert (error.message.partition(":")[0], error.where) == (
        "the exported file cannot be read",
        str(gone),
    )
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n")
    assert refused("canvas", results, "--template", wrong).where == f"{wrong}:1"


@pytest.mark.parametrize(
    ("target", "option"),
    [
        ("csv", "--after-due"),
        ("junit", "--hidden-tests=hidden"),
        ("csv", "--column=x"),
        ("jsonl", "--template=x"),
    ],
)
def test_options_that_mean_nothing_are_refused(target: str, option: str, results, refused):
    found = re.match("--[a-z-]+", option)
    assert found
    assert refused(target, results, option).message == f"{target} has no use for {found[0]}"


def test_a_folder_without_grades(results, refused, tmp_path):
    assert refused("csv", tmp_path / "gone").message == "there is no such folder"
    assert refused("csv", results / "ada.json").message == "this is a file"
    (tmp_path / "empty").mkdir()
    assert refused("csv", tmp_path / "empty").message == "this folder holds no grades"
    assert refused("csv", tmp_path).remedy == "Name one of the folders in it: results."


def test_a_student_without_a_grade(results, refused):
    error = refused("csv", results, "--student", "eve")
    assert error.message == "there is no grade of eve"
    assert "such as ada" in error.remedy


def test_where_nothing_can_be_written(results, refused, tmp_path):
    (tmp_path / "file").touch()
    for target in ("csv", "gradescope"):
        error = refused(target, results, "-o", tmp_path / "file" / "x")
        assert "cannot be written" in error.message
