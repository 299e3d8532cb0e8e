"""What is graded again; here nothing is run, the grades are only written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch import Job, Outcome, ResultsFolder, make_jobs
from grader.batch.journal import Journal
from grader.batch.plan import Plan, complete, make_plan
from grader.model import (
    Assignment,
    CellKind,
    CellRun,
    Grade,
    GradeStatus,
    Level,
    Status,
    Transcript,
    Verdict,
    Visibility,
)
from grader.pipeline import Rules

from .conftest import answers

TRANSCRIPT = Transcript(kind="module", runs=(CellRun(kind=CellKind.CODE, source="x = 1"),))
VERDICT = Verdict(
    id="test_double",
    title="f doubles",
    visibility=Visibility.AFTER_DUE,
    points=Decimal(4),
    max_points=Decimal(10),
    status=Status.PARTIAL,
    message="canary",
)


class Desk:
    """A folder of results with its journal, and submissions of ada and bob."""

    def __init__(
        self, toy: Assignment, hand_in: Callable[..., object], root: Path, journal: Journal
    ) -> None:
        self.toy = toy
        self.hand_in = hand_in
        self.root = root
        self.journal = journal
        self.source = {"ada": answers("1"), "bob": answers("2")}

    def plan(
        self,
        *,
        rules: Rules = Rules(),  # noqa: B008
        level: Level = Level.B,
        force: bool = False,
        after_due: bool = False,
        name: str = "",
    ) -> Plan:
        self.folder = ResultsFolder(self.root, after_due=after_due)
        attempts = self.hand_in(**self.source)
        jobs = make_jobs(attempts, self.toy, rules, self.root, after_due=after_due)
        jobs = [job._replace(name=name) for job in jobs]
        return make_plan(jobs, self.folder, self.journal, level=level, force=force)

    def settle(self, plan: Plan, outcome: Outcome = Outcome(transcript=True)) -> None:  # noqa: B008
        for job in plan.due:
            self.folder.write(job.key, grade(job.key), TRANSCRIPT if outcome.transcript else None)
            self.journal.write(plan.row(job, outcome), self.folder.document(job.key))

    def complete(self, plan: Plan) -> dict[str, Grade]:
        complete(plan, self.folder, self.journal, self.folder.grades())
        return self.folder.grades()


def grade(student: str) -> Grade:
    return Grade(
        student=student,
        assignment="toy",
        score=Decimal(4),
        max_score=Decimal(10),
        status=GradeStatus.GRADED,
        verdicts=(VERDICT,),
    )


def keys(jobs: list[Job]) -> list[str]:
    return [job.key for job in jobs]


@pytest.fixture
def desk(toy, hand_in, tmp_path) -> Iterator[Desk]:
    root = tmp_path / "out"
    ResultsFolder(root).make()
    with Journal(root) as journal:
        yield Desk(toy, hand_in, root, journal)


@pytest.fixture
def graded(desk: Desk) -> Desk:
    first = desk.plan()
    assert keys(first.due) == ["ada", "bob"]
    desk.settle(first)
    return desk


def test_what_has_not_changed_is_taken_over(graded):
    plan = graded.plan()
    assert (keys(plan.due), keys(plan.unchanged)) == ([], ["ada", "bob"])


def test_another_submission_is_graded(graded):
    graded.source["bob"] = answers("3")
    plan = graded.plan()
    assert (keys(plan.due), keys(plan.unchanged)) == (["bob"], ["ada"])


@pytest.mark.parametrize("change", [{"force": True}, {"rules": Rules(round=1)}])
def test_by_force_and_under_other_rules_all_are_graded(graded, change):
    assert keys(graded.plan(**change).due) == ["ada", "bob"]


def test_other_levels_are_as_good_but_for_one_that_isolates_nothing(graded):
    for level in (Level.A, Level.C, Level.D):
        assert keys(graded.plan(level=level).due) == []
    graded.settle(graded.plan(level=Level.D, force=True))
    assert keys(graded.plan(level=Level.D).due) == []
    assert keys(graded.plan(level=Level.C).due) == ["ada", "bob"]


@pytest.mark.parametrize("problem", ["needs_review", "waited", "changed"])
def test_a_grade_that_may_come_out_otherwise_is_given_again(graded, problem):
    graded.settle(graded.plan(force=True), Outcome(transcript=True, **{problem: True}))
    assert keys(graded.plan().due) == ["ada", "bob"]


def test_a_round_by_force_that_was_cut_short_goes_on(graded):
    plan = graded.plan(force=True)
    graded.journal.mark_due(keys(plan.due))
    graded.settle(plan._replace(due=plan.due[:1]))
    assert keys(graded.plan().due) == ["bob"]


@pytest.mark.parametrize("content", [None, "", '{"schema_version": 1, "stu'])
def test_a_damaged_document_is_written_again_from_the_journal(graded, content):
    path = graded.root / "ada.json"
    before = path.read_text()
    path.unlink()
    if content is not None:
        path.write_text(content)
    assert keys(graded.plan().due) == []
    assert path.read_text() == before


def test_a_document_that_somebody_edited_stays(graded):
    path = graded.root / "ada.json"
    edited = path.read_text().replace('"score":4.0', '"score":5.5').replace("4.0,", "5.5,", 1)
    path.write_text(edited + "\n")
    plan = graded.plan()
    assert keys(plan.due) == []
    assert graded.complete(plan)["ada"].score == Decimal("5.5")
    assert path.read_text() == edited + "\n"


@pytest.mark.parametrize(
    "name", ["ada.html", "feedback/ada.html", "feedback/ada.json", "ada.html feedback/ada.html"]
)
def test_a_page_that_is_missing_is_made_again(graded, name):
    paths = [graded.root / one for one in name.split()]
    before = [path.read_bytes() for path in paths]
    paths[0].write_text("")
    for path in paths[1:]:
        path.unlink()
    graded.complete(graded.plan())
    assert [path.read_bytes() for path in paths] == before


def test_without_its_notebook_a_submission_is_graded_again(graded):
    (graded.root / "ada.ipynb").unlink()
    assert keys(graded.plan().due) == ["ada"]
    graded.settle(graded.plan(force=True), Outcome(transcript=False))  # where nothing was run
    assert keys(graded.plan().due) == []


def test_a_name_from_the_class_list_is_entered(graded):
    grades = graded.complete(graded.plan(name="Ada L."))
    assert grades["ada"].name == "Ada L."
    assert "Ada L." in (graded.root / "ada.html").read_text("utf-8")
    assert keys(graded.plan(name="Ada L.").due) == []
    assert graded.complete(graded.plan())["ada"].name == "Ada L."  # without a list it stays


def test_after_the_due_date_the_pages_say_more(graded):
    page = graded.root / "feedback" / "ada.html"
    assert "canary" not in page.read_text("utf-8")
    graded.complete(graded.plan(after_due=True))
    assert "canary" in page.read_text("utf-8")
    assert graded.journal.rows()["ada"].after_due
