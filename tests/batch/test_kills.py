"""Whoever leads a round is killed fifty times, and the class is graded all the same, once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.batch import ResultsFolder
from grader.batch.journal import Journal
from grader.model import GradeStatus, Level

KILLS = 50
STUDENTS = 30
SOURCES = (
    "def f(x):\n    return 2 * x\n",
    "def f(x):\n    return x + 2\n",
    "def f(x):\n    return 0 * x\n",
)
SCRIPT = Path(__file__).with_name("kills.py")


class Killed(NamedTuple):
    """What became of a class whose rounds were killed.

    Attributes:
        results: holds ``whole``, graded in one go, and ``killed``.
        journaled: after each kill, and at the end, the finished documents by key.
        left: what was left in the only place for temporary files.
    """

    results: Path
    journaled: list[dict[str, str]]
    left: list[str]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    from tests.conftest import CourseBuilder

    folder = tmp_path_factory.mktemp("kills")
    test = """
        @pytest.mark.points(6)
        def test_double(submission, rng):
            '''f doubles its argument.'''
            assert submission.f(3) == 6

        @pytest.mark.points(4)
        def test_zero(submission):
            '''f(0) is 0.'''
            assert submission.f(0) == 0
    """
    course = CourseBuilder(folder / "course")
    course.assignment(test, reference=SOURCES[0], allowed_imports=["numpy"])
    (folder / "class").mkdir()
    for number in range(STUDENTS):
        (folder / "class" / f"s{number:02}.py").write_text(SOURCES[number % len(SOURCES)])
    temporary = Path(tempfile.mkdtemp(prefix="kills-"))  # short: sockets have their paths in it
    temporary.chmod(0o711)
    arguments = [folder / "course", folder / "class", folder / "out", KILLS, 20240229]
    done = subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)],
        env={
            **os.environ,
            "TMPDIR": str(temporary),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    left = [path.name for path in temporary.iterdir()]
    shutil.rmtree(temporary)
    told = json.loads(done.stdout)
    if told["level"] == Level.D:  # where there is nobody who could remove them
        left = [name for name in left if not name.startswith("grading-")]
    return Killed(folder / "out", told["journaled"], left)


def without_times(value: Any) -> Any:
    """A document but for how long everything took."""
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key != "duration"}
    return [without_times(one) for one in value] if isinstance(value, list) else value


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_no_grade_is_lost_or_given_twice(killed):
    assert len(killed.journaled) == KILLS + 1
    known: dict[str, str] = {}
    for found in killed.journaled:
        # Another grading would have taken other times.
        assert {key: found.get(key) for key in known} == known
        known = found
    assert len(known) == STUDENTS
    stages = {len(found) for found in killed.journaled}
    assert len(stages) > 3, "the kills did not hit the grading"


def test_the_end_is_that_of_a_round_that_was_not_killed(killed):
    whole, resumed = (ResultsFolder(killed.results / name) for name in ("whole", "killed"))
    grades = resumed.grades()
    assert len(grades) == STUDENTS
    assert {grade.status for grade in grades.values()} == {GradeStatus.GRADED}
    for key, grade in whole.grades().items():
        expected = without_times(grade.model_dump(mode="json"))
        assert without_times(grades[key].model_dump(mode="json")) == expected
    table = [(folder.root / "grades.csv").read_text("utf-8") for folder in (whole, resumed)]
    assert table[0] == table[1]


def test_nothing_half_written_stays(killed):
    assert files(killed.results / "killed") == files(killed.results / "whole")
    with Journal(killed.results / "killed") as journal:
        rows = journal.rows()
        assert not [key for key, row in rows.items() if row.due]
        for key in rows:
            document = (killed.results / "killed" / f"{key}.json").read_text("utf-8")
            assert journal.document(key) == document


def test_no_temporary_file_stays(killed):
    assert killed.left == []
