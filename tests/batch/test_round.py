from __future__ import annotations

import csv
from pathlib import Path

import psutil
import pytest

from grader.batch import Round, grade_round
from grader.batch.journal import JOURNAL
from grader.errors import UsageError
from grader.model import GradeStatus
from grader.pipeline import Rules
from grader.roster import Roster, RosterEntry

from .conftest import Log, answers

RIGHT = "def f(x):\n    return 2 * x\n"
CLASS = Roster(
    entries=tuple(
        RosterEntry(student=student, name=f"Name of {student}", line=line)
        for line, student in enumerate(("ada", "bob", "../evil", "index"), start=2)
    )
)


@pytest.fixture
def round_of(toy, tmp_path):
    """Return a function that grades attempts into ``out``."""

    def grade(attempts, log: Log | None = None, *, rules: Rules = Rules(), **options) -> Round:  # noqa: B008
        options.setdefault("assignment", toy)
        assignment = options.pop("assignment")
        return grade_round(attempts, assignment, rules, tmp_path / "out", log or Log(), **options)

    return grade


def table(output: Path) -> dict[str, dict[str, str]]:
    with (output / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_a_class_with_a_roster_is_complete(round_of, hand_in, tmp_path):
    done = round_of(hand_in(ada=RIGHT, stranger=answers("0")), roster=CLASS)
    assert {key: grade.status.value for key, grade in done.grades.items()} == {
        "ada": "graded",
        "bob": "missing",
        "evil": "missing",
        "index+student": "missing",
        "stranger": "graded",
    }
    assert done.grades["ada"].name == "Name of ada"
    assert done.grades["stranger"].name == ""
    assert (done.graded, done.total, done.stayed) == (2, 2, [])
    rows = table(tmp_path / "out")
    assert set(rows) == {"ada", "bob", "../evil", "index", "stranger"}
    assert (rows["bob"]["score"], rows["bob"]["max_score"]) == ("0", "10")
    assert not (tmp_path / "evil.json").exists()
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Name of bob" in page

    # A late submission joins the class, and nobody becomes missing by not being graded now.
    later = round_of(hand_in(bob=RIGHT), roster=CLASS)
    statuses = {key: grade.status for key, grade in later.grades.items()}
    assert statuses["bob"] is GradeStatus.GRADED
    assert statuses["ada"] is GradeStatus.GRADED
    assert statuses["evil"] is GradeStatus.MISSING
    assert (later.graded, later.total, later.stayed) == (1, 1, ["ada", "stranger"])
    assert later.outdated == []


def test_grades_by_another_version_of_the_assignment_are_named(round_of, hand_in, toy):
    round_of(hand_in(ada=RIGHT))
    changed = toy.model_copy(update={"digest": "0" * 64})
    done = round_of(hand_in(bob=RIGHT), assignment=changed)
    assert (done.stayed, done.outdated) == (["ada"], ["ada"])


def test_an_interrupt_keeps_what_was_graded(round_of, hand_in, tmp_path):
    endless = "while True:\n    pass\n"
    log = Log(interrupt_after=1)
    before = set(psutil.Process().children(recursive=True))  # of other tests
    done = round_of(hand_in(ada=RIGHT, bob=endless, cyd=endless), log, processes=2)
    assert (done.graded, done.total) == (1, 3)
    assert set(done.grades) == {"ada"}
    assert set(table(tmp_path / "out")) == {"ada"}
    here = str(tmp_path)
    ours = set(psutil.Process().children(recursive=True)) - before
    assert not [
        one for one in ours if "grader.worker" in " ".join(one.cmdline()) or here in one.cwd()
    ]


def test_the_next_round_goes_on_where_one_was_interrupted(round_of, hand_in, tmp_path):
    attempts = hand_in(ada=RIGHT, bob=answers("0"), cyd=answers("x"))
    first = round_of(attempts, Log(interrupt_after=1), processes=1)
    assert (first.graded, first.total, set(first.grades)) == (1, 3, {"ada"})
    before = (tmp_path / "out" / "ada.json").read_bytes()
    log = Log()
    second = round_of(attempts, log)
    assert (second.graded, second.total, second.unchanged) == (2, 2, ["ada"])
    assert sorted(log.begun) == ["bob", "cyd"]
    assert (tmp_path / "out" / "ada.json").read_bytes() == before
    third = round_of(attempts)
    assert (third.graded, third.total, third.unchanged) == (0, 0, ["ada", "bob", "cyd"])
    assert third.grades == second.grades


def test_what_a_folder_without_journal_holds_is_an_earlier_result(round_of, hand_in, tmp_path):
    round_of(hand_in(ada=RIGHT, bob=RIGHT))
    (tmp_path / "out" / JOURNAL).unlink()
    done = round_of(hand_in(ada=RIGHT))
    assert (done.graded, done.unchanged, done.stayed) == (1, [], ["bob"])
    done = round_of(hand_in(ada=RIGHT))
    assert (done.graded, done.unchanged, done.stayed) == (0, ["ada"], ["bob"])


def test_what_is_handed_in_again_while_it_is_graded_is_graded_again(round_of, hand_in):
    class Late(Log):
        """Somebody hands in again when grading has begun."""

        def began(self, key: str) -> None:
            super().began(key)
            hand_in(ada=answers("0"))

    round_of(hand_in(ada=RIGHT), Late())
    done = round_of(hand_in(ada=answers("0")))
    assert (done.graded, done.grades["ada"].score) == (1, 4)


def test_one_test_alone_gives_a_grade_out_of_its_points(round_of, hand_in):
    rules = Rules(only=("test_zero",))
    done = round_of(hand_in(ada=answers("0")), rules=rules, roster=CLASS)
    assert (done.grades["ada"].score, done.grades["ada"].max_score) == (4, 4)
    assert done.grades["bob"].max_score == 4
    with pytest.raises(UsageError, match="grades out of 4 points, and these are out of 10"):
        round_of(hand_in(ada=answers("0")))
    done = round_of(hand_in(bob=RIGHT), clean=True)
    assert {key: grade.max_score for key, grade in done.grades.items()} == {"bob": 10}
    done = round_of(hand_in(bob=RIGHT), clean=True)
    assert (done.graded, done.unchanged) == (1, [])


def test_an_unknown_test_is_told_before_anything_is_graded(round_of, hand_in, tmp_path):
    log = Log()
    with pytest.raises(UsageError, match='no test called "test_duoble", did you mean') as told:
        round_of(hand_in(ada=RIGHT), log, rules=Rules(only=("test_duoble",)))
    assert told.value.remedy == "Its tests are: test_double, test_zero."
    assert not (tmp_path / "out").exists()


def test_every_attempt_replaces_the_latest_and_back(round_of, hand_in, tmp_path):
    (first,) = hand_in(ada=RIGHT)
    second = type(first)(student="ada", path=first.path, attempt=2)
    latest = round_of([first, second])
    assert set(latest.grades) == {"ada"}
    assert "2 attempts" in latest.grades["ada"].warnings[0].message
    every = round_of([first, second], all_attempts=True)
    assert set(every.grades) == {"ada+attempt-1", "ada+attempt-2"}
    again = round_of([second])
    assert set(again.grades) == {"ada"}
    assert {path.name for path in (tmp_path / "out").glob("*.html")} == {"ada.html", "index.html"}
