from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import make_jobs
from grader.batch.selection import result_key
from grader.pipeline import Rules
from grader.roster import Roster, RosterEntry
from grader.submission import Attempt


def attempt(student: str, number: int = 1) -> Attempt:
    return Attempt(student=student, path=Path(f"{student} ({number}).ipynb"), attempt=number)


def jobs(attempts, toy, **options):
    return make_jobs(attempts, toy, Rules(), Path("out"), **options)


def test_of_several_attempts_the_latest_is_graded_and_the_others_are_named(toy):
    made = [attempt("ada", 2), attempt("ada", 3), attempt("ada", 1), attempt("bob")]
    ada, bob = jobs(made, toy)
    assert (ada.key, ada.attempt.attempt) == ("ada", 3)
    (notice,) = ada.notices
    assert notice.code == "attempts"
    assert "3 attempts" in notice.message
    assert notice.message.endswith("ada (1).ipynb, ada (2).ipynb")
    assert notice.where == "ada (3).ipynb"
    assert (bob.key, bob.notices) == ("bob", ())


def test_all_attempts_have_keys_of_their_own(toy):
    made = [attempt("ada", 2), attempt("ada", 1), attempt("bob")]
    graded = jobs(made, toy, all_attempts=True)
    assert [job.key for job in graded] == ["ada+attempt-1", "ada+attempt-2", "bob"]
    assert all(not job.notices for job in graded)


@pytest.mark.parametrize("student", ["index", "Index", "GRADES", "feedback"])
def test_nobody_is_called_like_a_file_about_the_class(toy, student):
    (job,) = jobs([attempt(student)], toy)
    assert job.key == f"{student}+student"
    assert job.attempt.student == student


def test_no_student_can_be_called_like_another_ones_attempt():
    # Identifiers are letters, digits and @._- (grader.submission.names), never a plus sign.
    students = ["ada", "ada-attempt-2", "ada.attempt-2", "index", "index-student", "Index_2"]
    keys = {result_key(student, number) for student in students for number in (None, 1, 2)}
    assert len({key.casefold() for key in keys}) == 3 * len(students)
    assert result_key("index-student") == "index-student"


def test_the_roster_gives_names(toy):
    roster = Roster(entries=(RosterEntry(student="ada", name="Ada L.", line=2),))
    ada, bob = jobs([attempt("ada"), attempt("bob")], toy, roster=roster)
    assert (ada.name, bob.name) == ("Ada L.", "")


def test_an_attempt_keeps_what_was_noticed_about_its_name(toy):
    one = replace(attempt("ada"), notices=())
    (job,) = jobs([one], toy, after_due=True)
    assert job.attempt is one
    assert job.after_due
