"""What must hold before students get an assignment."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.errors import SpecError
from grader.model import Assignment, Level
from grader.release import (
    make_bundle,
    make_starter,
    refuse_stale,
    refuse_uncalibrated,
    refuse_unjust,
    write_bundle,
)
from grader.release.starter import write_starter

SOLUTION = """\
# %%
def f(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
"""
TEST = """
    @pytest.mark.points(10)
    def test_many(submission, rng):
        '''f doubles.'''
        assert submission.f(3) == 6
"""
PUBLIC = TEST.replace("test_many", "test_one").replace("3) == 6", "2) == 4").replace("10", "1")


class Gradings:
    """Notes how the gradings go on."""

    def __init__(self) -> None:
        self.total = 0
        self.names: list[str] = []
        self.done = 0

    def started(self, total: int) -> None:
        self.total = total

    def grading(self, name: str) -> None:
        self.names.append(name)

    def finished(self) -> None:
        self.done += 1


@pytest.fixture
def make(course, tmp_path: Path):
    """Make an assignment, and call the gate while its bundle is written."""

    def gate(hidden: str = TEST, *, right: str = "", solution: str = SOLUTION) -> Gradings:
        assignment: Assignment = course.assignment(
            hidden, public=PUBLIC, reference=solution, points=11
        )
        assert assignment.reference is not None
        if right:
            path = assignment.reference / "variants" / "right" / "other.py"
            path.parent.mkdir(parents=True)
            path.write_text(right)
        starter = make_starter(assignment)
        bundle = make_bundle(assignment, starter, course.root)
        gradings = Gradings()
        write_bundle(
            bundle,
            tmp_path / "out",
            lambda released: refuse_unjust(assignment, released, gradings, level=Level.D),
        )
        return gradings

    return gate


def test_what_is_just_passes(make, tmp_path):
    gradings = make(right='"""By adding."""\n\n\ndef f(x):\n    return x + x\n')
    assert gradings.names == [
        "reference/toy/solution.py",
        "reference/toy/variants/right/other.py",
        "assignments/toy/starter/toy.ipynb",
        "assignments/toy/starter/toy.py",
    ]
    assert gradings.total == gradings.done == 4
    assert (tmp_path / "out" / "assignments" / "toy" / "toy.ipynb").is_file()


@pytest.mark.parametrize(
    ("given", "where", "told"),
    [
        (
            {"hidden": TEST.replace("== 6", "== 7")},
            "reference/toy/solution.py",
            ("a right solution scores 1 of 11 points:", "test_many: "),
        ),
        (
            {"hidden": TEST.replace("submission.f(3) == 6", "1 / 0")},
            "reference/toy/solution.py",
            ("scores 1 of 11 points", "the test fails on the reference solution too"),
        ),
        (
            {"right": "def f(x):\n    return min(2 * x, 5)\n"},
            "reference/toy/variants/right/other.py",
            ("a right solution scores 1 of 11 points:", "test_many: "),
        ),
        (
            {"hidden": TEST.replace("assert submission.f(3) == 6", "assert submission.f")},
            "assignments/toy/starter/toy.ipynb",
            ("the untouched starter scores 10 of 11 points:", "test_many: 10 of 10"),
        ),
        (
            {"solution": SOLUTION + "\n\ndef f(x):\n    return 2 * x\n"},
            "assignments/toy/starter/toy.ipynb",
            ("the untouched starter scores 11 of 11 points:", "test_one: 1 of 1"),
        ),
    ],
)
def test_what_is_unjust_is_refused_and_nothing_is_written(make, tmp_path, given, where, told):
    with pytest.raises(SpecError) as caught:
        make(**given)
    assert caught.value.where == where
    assert all(part in caught.value.message for part in told), caught.value.message
    assert not (tmp_path / "out").exists()


def test_a_starter_that_is_out_of_date_is_refused(course):
    assignment = course.assignment(TEST, points=10, reference=SOLUTION)
    with pytest.raises(SpecError, match=r"out of date: toy\.ipynb, toy\.py"):
        refuse_stale(assignment)
    write_starter(assignment)
    refuse_stale(assignment)
    shutil.rmtree(assignment.folder / "starter")
    with pytest.raises(SpecError, match="out of date"):
        refuse_stale(assignment)


def test_thresholds_that_are_out_of_date_are_refused(toy):
    refuse_uncalibrated(toy)
    assert toy.reference is not None
    solution = toy.reference / "solution.py"
    solution.write_text(solution.read_text().replace("range(300)", "range(2)"))
    with pytest.raises(SpecError, match="changed since: reference solution") as caught:
        refuse_uncalibrated(toy)
    assert "grader calibrate toy" in caught.value.remedy
