"""Grades are replaced by others all at once, at whichever step the process is killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch import ResultsFolder
from grader.batch.folder import REPLACEMENT
from grader.batch.journal import Journal, Row
from grader.batch.replacement import replace_grades, settle
from grader.model import Grade, GradeStatus, Level, Transcript

STEPS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect")


def write(folder: ResultsFolder, scores: dict[str, int], *, transcript: Transcript | None) -> None:
    """Write grades as a round does, journal included."""
    folder.make()
    with Journal(folder.root) as journal:
        for key, score in scores.items():
            grade = Grade(
                student=key.partition("+")[0],
                assignment="toy",
                score=Decimal(score),
                max_score=Decimal(10),
                status=GradeStatus.GRADED,
            )
            folder.write(key, grade, transcript)
            row = Row(key, grade.student, 1, str(score), Level.B, False, transcript is not None)
            journal.write(row, folder.document(key))
    folder.render_class()


def replace(root: Path) -> None:
    folder = ResultsFolder(root)
    with Journal(root) as journal:
        replace_grades(folder, journal, ResultsFolder(root / ".beside"), gone={"cyd"})


def scores(root: Path) -> dict[str, int]:
    return {key: int(grade.score) for key, grade in ResultsFolder(root).grades().items()}


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


OLD = {"ada": 1, "bob": 1, "cyd": 1, "dan": 1}
NEW = {"ada": 2, "bob": 2, "cyd+attempt-1": 2, "cyd+attempt-2": 2}
AFTER = {"ada": 2, "bob": 2, "cyd+attempt-1": 2, "cyd+attempt-2": 2, "dan": 1}


@pytest.fixture
def results(tmp_path) -> Path:
    root = tmp_path / "out"
    write(ResultsFolder(root), OLD, transcript=Transcript(kind="module"))
    write(ResultsFolder(root / ".beside"), NEW, transcript=None)
    return root


def complete(root: Path) -> None:
    """Check that everything is that of the new grades, and nothing else is there."""
    assert scores(root) == AFTER
    endings = dict.fromkeys(NEW, (".html", ".json")) | {"dan": (".html", ".ipynb", ".json")}
    expected = {f"{key}{ending}" for key, several in endings.items() for ending in several}
    expected |= {f"feedback/{key}{ending}" for key in AFTER for ending in (".html", ".json")}
    expected |= {"feedback", "index.html", "grades.csv", "journal.sqlite"}
    assert files(root) == expected
    assert "8 points lost" in (root / "ada.html").read_text("utf-8")
    with Journal(root) as journal:
        rows = journal.rows()
        assert {key: row.fingerprint for key, row in rows.items()} == {
            **{key: str(score) for key, score in AFTER.items()},
            "cyd": "1",  # a memory that nothing refers to
        }
        assert journal.document("ada") == (root / "ada.json").read_text("utf-8")


def test_new_grades_take_the_place_of_the_old(results):
    replace(results)
    complete(results)


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Do something in a fork that is killed at its n-th step in the file system."""
    child = os.fork()
    if child == 0:
        taken = 0

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal taken
            if event in STEPS:
                taken += 1
                if taken == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def test_all_of_them_or_none_at_whichever_step_it_is_killed(results, tmp_path):
    ResultsFolder(results).render_class()  # what pages need is now in memory, for every fork
    outcomes = []
    for step in range(1, 1000):
        root = tmp_path / f"killed-{step}"
        shutil.copytree(results, root)
        killed = killed_at(step, lambda root=root: replace(root))
        found = scores(root)  # as `grader export` reads them
        outcomes.append(found == AFTER)
        assert found in (OLD, AFTER)
        begun = (root / REPLACEMENT).is_dir()
        settle(root)
        if begun or not killed:
            complete(root)
        elif not outcomes[-1]:
            assert scores(root) == OLD
            replace(root)
            complete(root)
        shutil.rmtree(root)
        if not killed:
            break
    assert not killed
    assert outcomes[0] is False
    assert outcomes == sorted(outcomes), "a grade that was replaced came back"
    assert outcomes.count(True) > 10


def test_it_is_finished_although_the_second_time_is_killed_as_well(results, tmp_path):
    (results / ".beside" / "gone").write_text("cyd.json\ncyd.html\ncyd.ipynb\n")
    (results / ".beside").rename(results / REPLACEMENT)
    step = 1
    while killed_at(step, lambda: settle(results)):
        step += 3
        assert scores(results) == AFTER
    assert scores(results) == AFTER
    assert not (results / REPLACEMENT).exists()
