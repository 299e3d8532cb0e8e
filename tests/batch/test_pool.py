from __future__ import annotations

import re
import tempfile
from decimal import Decimal
from multiprocessing.util import get_temp_dir
from pathlib import Path

import psutil
import pytest

from grader.batch import ResultsFolder, make_jobs, run_jobs
from grader.errors import SandboxError, SpecError, UsageError
from grader.model import GradeStatus, Status
from grader.pipeline import Rules

from .conftest import Log, answers

RIGHT = "def f(x):\n    return 2 * x\n"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own, in which nothing may stay."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    get_temp_dir()  # for sockets, whose paths must be short, and of one test as well as the next
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def run(attempts, toy, output: Path, log: Log, **options):
    run_jobs(make_jobs(attempts, toy, Rules(), output), log, **options)
    return ResultsFolder(output).grades()


def left_in(folder: Path) -> list[str]:
    """What grading left there."""
    return [path.name for path in folder.iterdir()]


def commands() -> list[str]:
    """The command lines of all processes."""
    return [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]


def test_a_grading_process_that_fails_costs_only_its_own_submission_a_review(
    toy, hand_in, tmp_path, temporary
):
    log = Log()
    attempts = hand_in(
        dies=answers("'die'"), hangs=answers("'hang'"), right=RIGHT, wrong=answers("x + 1")
    )
    toy = toy.model_copy(
        update={"limits": toy.limits.model_copy(update={"total_seconds": 1, "wall_factor": 1})}
    )
    grades = run(attempts, toy, tmp_path / "out", log, processes=2, patience=8)

    assert log.total == 4
    assert sorted(log.events) == [("finished", key) for key in sorted(grades)]
    assert set(grades) == {"dies", "hangs", "right", "wrong"}
    assert grades["right"].score == 10
    assert grades["wrong"].score == 0
    for key, reason in (("dies", "ended itself with exit code 7"), ("hangs", "did not finish")):
        lost = grades[key]
        assert lost.status is GradeStatus.NEEDS_REVIEW
        assert (lost.score, lost.pending, lost.max_score) == (0, 10, 10)
        assert {verdict.status for verdict in lost.verdicts} == {Status.ERRORED}
        assert reason in lost.verdicts[0].message
        assert (tmp_path / "out" / "feedback" / f"{key}.html").exists()
    assert left_in(temporary) == []


def test_nothing_survives_a_grading_process_that_is_killed(toy, hand_in, tmp_path, temporary):
    # A thread keeps the worker busy, so that it does not see that nobody listens any more.
    source = """
import subprocess, threading
subprocess.Popen(["sleep", "987.125"], start_new_session=True)
def spin():
    while True:
        pass
threading.Thread(target=spin, daemon=True).start()
def f(x):
    return "kill"
"""
    grades = run(hand_in(ada=source), toy, tmp_path / "out", Log())
    assert "was ended by SIGKILL" in grades["ada"].verdicts[0].message
    assert not [command for command in commands() if "987.125" in command]
    assert left_in(temporary) == []


def test_a_wrong_assignment_ends_the_batch_with_its_own_words(toy, hand_in, tmp_path, temporary):
    starter = toy.folder / "starter" / "toy.ipynb"
    starter.parent.mkdir()
    starter.write_text("{}")
    log = Log()
    with pytest.raises(SpecError, match="not a notebook") as told:
        run(hand_in(ada=RIGHT, bob=RIGHT, cyd=RIGHT), toy, tmp_path / "out", log, processes=2)
    assert told.value.where == str(starter)
    assert told.value.remedy == "Generate it again: grader release toy"
    assert log.events == []
    assert left_in(temporary) == []


def test_who_waited_too_long_is_run_again_alone_at_the_end(toy, hand_in, tmp_path):
    slow = "import time\ndef f(x):\n    time.sleep(3)\n    return 2 * x\n"
    limits = toy.limits.model_copy(update={"call_seconds": 0.4, "wall_factor": 1})
    toy = toy.model_copy(update={"limits": limits})
    log = Log()
    grades = run(hand_in(ada=slow, bob=RIGHT), toy, tmp_path / "out", log, processes=1)
    assert log.events == [("again", "ada"), ("finished", "bob"), ("finished", "ada")]
    assert grades["ada"].score == 0
    assert grades["ada"].verdicts[0].status is Status.TIMEOUT
    assert grades["bob"].score == 10


def test_results_that_cannot_be_written_end_the_batch(toy, hand_in, tmp_path):
    output = tmp_path / "out"
    (output / "ada.html").mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be written") as told:
        run(hand_in(ada=RIGHT), toy, output, Log())
    assert re.search(r"ada\.html$", told.value.where)


def test_a_fault_of_the_grader_becomes_a_grade_that_needs_review(toy, hand_in, tmp_path):
    broken = toy.model_copy(update={"allowed_imports": None})  # such as only a bug of ours makes
    grades = run(hand_in(ada=RIGHT), broken, tmp_path / "out", Log())
    assert grades["ada"].status is GradeStatus.NEEDS_REVIEW
    assert grades["ada"].pending == 10
    message = grades["ada"].verdicts[0].message
    assert message.startswith("the grader failed: ")
    assert "TypeError" in message


def test_a_machine_without_temporary_folder_is_told(toy, hand_in, tmp_path, temporary):
    temporary.rmdir()
    with pytest.raises(SandboxError, match="no temporary folder can be made") as told:
        run(hand_in(ada=RIGHT), toy, tmp_path / "out", Log())
    assert "TMPDIR" in told.value.remedy


def test_points_are_conserved(toy, hand_in, tmp_path):
    grades = run(hand_in(ada=answers("0"), bob="1/0\n"), toy, tmp_path / "out", Log())
    for grade in grades.values():
        lost = sum(one.max_points - one.points for one in grade.verdicts)
        assert grade.score + lost == grade.max_score == Decimal(10)
    assert grades["ada"].score == 4
    assert grades["bob"].score == 0
