from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch import ResultsFolder, write_overview
from grader.errors import UsageError
from grader.model import (
    Assignment,
    CellKind,
    CellRun,
    Environment,
    Grade,
    GradeStatus,
    Status,
    Transcript,
    Verdict,
    Visibility,
)

TRANSCRIPT = Transcript(
    kind="module", runs=(CellRun(kind=CellKind.CODE, source="x = 1", id="m", execution_count=1),)
)


def graded(student: str = "ada", *, message: str = "canary", **fields) -> Grade:
    fields = {"assignment": "toy", "status": GradeStatus.GRADED} | fields
    verdict = Verdict(
        id="test_secret",
        title="A hidden test",
        visibility=fields.pop("visibility", Visibility.HIDDEN),
        points=Decimal(4),
        max_points=Decimal(10),
        status=Status.PARTIAL,
        message=message,
    )
    return Grade(
        student=student,
        assignment_title="Toy",
        score=Decimal(4),
        max_score=Decimal(10),
        verdicts=(verdict,),
        **fields,
    )


def fill(root: Path, *students: str, **fields) -> ResultsFolder:
    folder = ResultsFolder(root)
    for student in students:
        folder.write(student, graded(student, **fields), TRANSCRIPT)
    return folder


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def assignment(**fields) -> Assignment:
    fields = {"id": "toy", "title": "Toy", "points": 10, "folder": Path("toy")} | fields
    return Assignment(digest="now", **fields)


def make_room(folder: ResultsFolder, *students: str, **options) -> dict[str, Grade]:
    options = {"keys": students, "students": students} | options
    return folder.make_room(assignment(), Decimal(10), **options)


# --- writing and reading ----------------------------------------------------------------------


def test_everything_about_a_submission_lies_under_its_key(tmp_path):
    folder = fill(tmp_path / "deep" / "out", "ada")
    assert files(folder.root) == {
        *("ada.html", "ada.ipynb", "ada.json"),
        *("feedback/ada.html", "feedback/ada.json"),
    }
    assert folder.grades() == {"ada": graded()}


def test_a_student_gets_only_what_students_may_see(tmp_path):
    folder = fill(tmp_path, "ada")
    for name in ("ada.html", "ada.json"):
        assert "canary" in (tmp_path / name).read_text(encoding="utf-8")
        seen = (tmp_path / "feedback" / name).read_text(encoding="utf-8")
        assert "canary" not in seen
        assert "test_secret" not in seen
    assert folder.grades()["ada"].verdicts[0].message == "canary"


def test_after_the_due_date_students_see_more(tmp_path):
    after_due = graded(visibility=Visibility.AFTER_DUE)
    for due, shown in ((False, ""), (True, "canary")):
        folder = ResultsFolder(tmp_path, after_due=due)
        folder.write("ada", after_due, None)
        seen = json.loads((tmp_path / "feedback" / "ada.json").read_text(encoding="utf-8"))
        assert seen["verdicts"][0]["message"] == shown


def test_text_that_utf8_cannot_hold_is_written_all_the_same(tmp_path):
    folder = fill(tmp_path, "ada", message="half \ud800 a pair")
    assert folder.grades()["ada"].verdicts[0].message == "half ? a pair"
    folder.render_all()


def test_a_run_that_left_no_notebook_takes_the_old_one_away(tmp_path):
    folder = fill(tmp_path, "ada")
    folder.write("ada", graded(), None)
    assert "ada.ipynb" not in files(tmp_path)


def test_the_grade_is_written_last_and_no_half_file_stays(tmp_path):
    (tmp_path / "feedback" / "ada.html").mkdir(parents=True)  # where a page is to be written
    with pytest.raises(UsageError, match="cannot be written") as told:
        fill(tmp_path, "ada")
    assert told.value.where.endswith("ada.html")
    assert "ada.json" not in files(tmp_path)
    assert not [name for name in files(tmp_path) if ".part" in name]


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="results cannot be written here") as told:
        fill(tmp_path / "out", "ada")
    assert told.value.where == str(tmp_path / "out")


@pytest.mark.parametrize("content", ["", "{}", '{"schema_version": 2}', "[1]"])
def test_a_document_of_something_else_is_named(tmp_path, content):
    folder = fill(tmp_path, "ada")
    (tmp_path / "package.json").write_text(content)
    with pytest.raises(UsageError, match="not a grade of schema version 1") as told:
        folder.grades()
    assert told.value.where.endswith("package.json")


# --- rendering again ----------------------------------------------------------------------------


def test_pages_are_rendered_again_from_the_documents_alone(tmp_path):
    folder = fill(tmp_path, "ada", "bob")
    folder.render_class()
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    for name in before:
        if not name.startswith(("ada.", "bob.")) or name.endswith(".html"):
            (tmp_path / name).unlink()
    assert list(ResultsFolder(tmp_path).render_all()) == ["ada", "bob"]
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before


def test_every_attempt_is_linked_to_its_own_page(tmp_path):
    folder = ResultsFolder(tmp_path)
    for number in (1, 2):
        folder.write(f"ada+attempt-{number}", graded(attempt=number), None)
    folder.render_class()
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count('href="./ada%2Battempt-1.html"') == 1
    assert page.count('href="./ada%2Battempt-2.html"') == 1


def test_a_folder_without_grades_cannot_be_rendered(tmp_path):
    with pytest.raises(UsageError, match="holds no grades"):
        ResultsFolder(tmp_path).render_all()
    assert files(tmp_path) == set()


def test_the_students_folder_gets_no_class_page(tmp_path):
    fill(tmp_path, "ada")
    before = files(tmp_path)
    with pytest.raises(UsageError, match="holds the students' pages") as told:
        ResultsFolder(tmp_path / "feedback").render_all()
    assert told.value.remedy == f"Name the folder above it, {tmp_path}."
    assert files(tmp_path) == before


def test_an_overview_links_the_class_pages(tmp_path):
    classes = {
        tmp_path / name: fill(tmp_path / name, "ada", assignment=name).render_class()
        for name in ("one", "two")
    }
    page = write_overview(tmp_path, classes)
    assert page == tmp_path / "index.html"
    text = page.read_text(encoding="utf-8")
    assert 'href="./one/index.html"' in text
    assert 'href="./two/index.html"' in text


# --- making room for another round --------------------------------------------------------------


def test_results_of_others_stay(tmp_path):
    folder = fill(tmp_path, "ada", "bob")
    earlier = make_room(folder, "ada")
    assert earlier == {"ada": graded("ada"), "bob": graded("bob")}
    assert set(folder.grades()) == {"ada", "bob"}  # ada's until she is graded again


def test_other_attempts_of_the_same_student_go(tmp_path):
    folder = fill(tmp_path, "ada", "bob")
    keys = ("ada+attempt-1", "ada+attempt-2")
    assert set(make_room(folder, "ada", keys=keys)) == {"bob"}
    assert {name for name in files(tmp_path) if "ada" in name} == set()


def test_clean_leaves_nothing_but_what_is_not_ours(tmp_path):
    folder = fill(tmp_path, "ada", "bob", assignment="another")
    (tmp_path / "notes.txt").write_text("mine")
    assert make_room(folder, "ada", clean=True) == {}
    assert files(tmp_path) == {"notes.txt"}


@pytest.mark.parametrize("recount", [True, False])
def test_who_had_handed_in_nothing_is_counted_again(tmp_path, recount):
    folder = fill(tmp_path, "ada")
    folder.write("bob", graded("bob", status=GradeStatus.MISSING), None)
    earlier = make_room(folder, "cyd", recount=recount)
    assert set(earlier) == ({"ada"} if recount else {"ada", "bob"})


def test_grades_of_another_assignment_are_no_company(tmp_path):
    folder = fill(tmp_path, "ada", assignment="another")
    with pytest.raises(UsageError, match='holds grades of "another"') as told:
        make_room(folder, "bob")
    assert "--clean" in told.value.remedy
    assert set(folder.grades()) == {"ada"}


def test_grades_of_some_tests_do_not_mix_with_grades_of_all(tmp_path):
    folder = fill(tmp_path, "ada")
    with pytest.raises(UsageError, match="grades out of 10 points, and these are out of 6"):
        folder.make_room(assignment(), Decimal(6), keys={"ada"}, students={"ada"})
    folder = fill(tmp_path, "ada", status=GradeStatus.MISSING)
    folder.make_room(assignment(), Decimal(6), keys={"ada"}, students={"ada"})


def test_what_a_killed_round_left_half_written_goes(tmp_path):
    folder = fill(tmp_path, "ada")
    (tmp_path / ".ada.json.12.part").write_text("{")
    (tmp_path / "feedback" / ".ada.html.12.part").write_text("<")
    make_room(folder, "ada")
    assert not [name for name in files(tmp_path) if ".part" in name]


def test_environment_is_kept(tmp_path):
    environment = Environment(
        grader="1", python="3", platform="p", cpu="c", assignment_digest="a", submission_digest="s"
    )
    folder = fill(tmp_path, "ada", environment=environment)
    assert folder.grades()["ada"].environment == environment
