from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.batch import Change, Regraded, grade_round, regrade_class
from grader.catalog import load_assignment
from grader.errors import UsageError
from grader.model import Assignment, GradeStatus
from grader.pipeline import Rules
from grader.roster import Roster, RosterEntry

from .conftest import Log, answers

RIGHT = "def f(x):\n    return 2 * x\n"
CLASS = Roster(
    entries=(
        RosterEntry(student="ada", name="Ada L.", line=2),
        RosterEntry(student="bob", line=3),
        RosterEntry(student="zoe", line=4),
    )
)


class School:
    """A graded class, and a teacher who changes the tests."""

    def __init__(self, toy: Assignment, hand_in: Callable[..., object], output: Path) -> None:
        self.toy = toy
        self.hand_in = hand_in
        self.output = output
        self.source = {"ada": RIGHT, "bob": answers("0")}

    def change_tests(self, old: str, new: str) -> None:
        path = self.toy.hidden_tests / "test_hidden.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.toy = load_assignment(self.toy.folder, reference=self.toy.reference)

    def grade(self, **options):
        attempts = self.hand_in(**self.source)
        return grade_round(attempts, self.toy, Rules(), self.output, Log(), **options)

    def regrade(self, *, replace: bool = False, students=None, log: Log | None = None) -> Regraded:
        source = {student: self.source[student] for student in students or self.source}
        attempts = self.hand_in(**source)
        return regrade_class(
            attempts, self.toy, Rules(), self.output, log or Log(), lambda _: replace
        )

    def files(self) -> dict[str, bytes]:
        """What the folder holds, but for the journal and what lies beside the results."""
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in self.output.rglob("[!.]*.*")
            if ".regrade" not in str(path) and not path.name.startswith("journal")
        }


@pytest.fixture
def school(toy, hand_in, tmp_path) -> School:
    made = School(toy, hand_in, tmp_path / "out")
    made.grade(roster=CLASS)
    return made


def test_nothing_is_replaced_before_it_is_decided(school):
    before = school.files()
    school.change_tests("submission.f(0) == 0", "submission.f(0) == 1")
    seen = school.regrade()
    assert [(one.key, one.change) for one in seen.differences] == [
        ("ada", Change.LOSES),
        ("bob", Change.LOSES),
    ]
    assert [tuple(map(str, one.tests[0])) for one in seen.differences] == [
        ("test_zero", "4", "0")
    ] * 2
    assert (seen.graded, seen.unchanged, seen.left) == (2, [], [])
    assert school.files() == before

    # Deciding later grades nothing again, and leaves what grading would have.
    log = Log()
    applied = school.regrade(replace=True, log=log)
    assert (applied.graded, applied.taken_over, log.begun) == (0, 2, [])
    assert not list(school.output.glob(".*"))
    done = school.grade(roster=CLASS)
    assert (done.graded, done.unchanged) == (0, ["ada", "bob"])
    assert {key: float(grade.score) for key, grade in done.grades.items()} == {
        "ada": 6,
        "bob": 0,
        "zoe": 0,
    }
    assert done.grades["ada"].name == "Ada L."
    assert done.grades["zoe"].status is GradeStatus.MISSING

    again = school.regrade()
    assert (again.differences, again.unchanged, again.graded) == ([], ["ada", "bob"], 0)


def test_grades_out_of_other_points_are_replaced_together_or_not_at_all(school):
    specification = school.toy.folder / "assignment.yaml"
    specification.write_text(specification.read_text().replace('"points": 10', '"points": 12'))
    school.change_tests("points(4)", "points(6)")
    before = school.files()
    with pytest.raises(UsageError, match="nothing was replaced: grades would") as told:
        school.regrade(replace=True, students=["ada"])
    assert told.value.remedy == "Name the submissions of the whole class."
    assert school.files() == before
    seen = school.regrade(replace=True)
    assert seen.taken_over == 1
    assert [one.change for one in seen.differences] == [Change.GAINS, Change.OTHER]
    done = school.grade(roster=CLASS)
    assert {grade.max_score for grade in done.grades.values()} == {12}


def test_an_interrupt_replaces_nothing_and_is_made_up_for(school):
    school.change_tests("submission.f(0) == 0", "submission.f(0) == 1")
    before = school.files()
    cut = school.regrade(replace=True, log=Log(interrupt_after=1))
    assert (cut.graded, cut.total) == (1, 2)
    assert school.files() == before
    done = school.regrade(replace=True)
    assert (done.taken_over, done.graded) == (1, 1)
    assert school.files() != before


def test_a_folder_needs_grades_of_this_assignment(school, course, tmp_path):
    with pytest.raises(UsageError, match="there are no grades here") as told:
        regrade_class([], school.toy, Rules(), tmp_path / "none", Log(), lambda _: True)
    assert not (tmp_path / "none").exists()
    other = school.toy.model_copy(update={"id": "other"})
    with pytest.raises(UsageError, match='holds grades of "toy"') as told:
        regrade_class([], other, Rules(), school.output, Log(), lambda _: True)
    assert told.value.where == str(school.output)
