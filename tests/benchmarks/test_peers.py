"""The tasks of benchmarks/peers.py are what they say, and this grader gives the declared scores."""

from __future__ import annotations

import subprocess

import nbformat
import numpy as np
import pytest
from peer_courses import make_class, nbgrader_source, otter_master
from peer_tasks import KERAS, NUMPY
from peer_tools import Grader
from peers import wrong_scores

TASKS = pytest.mark.parametrize("task", [NUMPY, KERAS], ids=lambda task: task.name)


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


# Copies that make every mistake between them, and one of each task that makes none.
@pytest.mark.parametrize(("task", "numbers"), [(NUMPY, (1, 24, 35)), (KERAS, (1, 60))])
def test_this_grader_gives_the_declared_scores(task, numbers, tmp_path):
    copies = [make_class(task, max(numbers))[number - 1] for number in numbers]
    mistakes = [question.mistake for question in task.questions if question.mistake]
    assert all(any(number % one.every == 0 for number in numbers) for one in mistakes)
    tool = Grader()
    tool.prepare(task, copies, tmp_path)
    done = subprocess.run(
        ["/bin/sh", "-c", tool.command(task)],
        cwd=tmp_path,
        env=tool.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not wrong_scores(tool.scores(task, tmp_path), copies)


def test_the_checks_cost_what_is_declared_for_every_copy_of_the_largest_class():
    """Without any grader: whichever mistakes meet in a copy, their costs add up."""
    for copy in make_class(NUMPY, 100):
        names = {"np": np}
        for cell in copy.notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                exec(cell.source, names)
        points = 0
        for question in NUMPY.questions:
            with np.errstate(all="ignore"):
                try:
                    exec(question.checks, dict(names))
                except AssertionError:
                    continue
            points += question.points
        assert points == copy.declared, copy.student


@TASKS
def test_no_two_copies_are_the_same_file(task):
    copies = make_class(task, 20)
    assert len({nbformat.writes(copy.notebook) for copy in copies}) == 20
    assert len({copy.student for copy in copies}) == 20
    assert 0 < sum(copy.declared < task.points for copy in copies) < 20


@TASKS
def test_submissions_hold_no_check(task):
    (copy,) = make_class(task, 1)
    nbformat.validate(copy.notebook)
    assert "assert" not in nbformat.writes(copy.notebook)


@TASKS
def test_source_of_nbgrader(task):
    notebook = nbgrader_source(task)
    nbformat.validate(notebook)
    marks = [one for cell in notebook.cells if (one := cell.metadata.get("nbgrader"))]
    assert len({mark["grade_id"] for mark in marks}) == len(marks) == 2 * len(task.questions)
    assert sum(mark.get("points", 0) for mark in marks if mark["grade"]) == task.points
    for question in task.questions:
        (test,) = (source for source in code_of(notebook) if question.checks in source)
        _, _, after = test.partition("### BEGIN HIDDEN TESTS\n")
        assert after == f"{question.checks}### END HIDDEN TESTS"


@TASKS
def test_master_of_otter(task):
    notebook = otter_master(task)
    nbformat.validate(notebook)
    raw = [cell.source.split("\n")[0] for cell in notebook.cells if cell.cell_type == "raw"]
    for part in ("QUESTION", "SOLUTION", "TESTS"):
        assert raw.count(f"# BEGIN {part}") == raw.count(f"# END {part}") == len(task.questions)
    tests = [source for source in code_of(notebook) if "assert" in source]
    assert tests == [f"# HIDDEN\n{question.checks}".rstrip() for question in task.questions]


def test_a_wrong_or_missing_score_is_told():
    copies = make_class(NUMPY, 3)
    scores = {copies[0].student: 12.0, copies[1].student: 3.0}
    assert wrong_scores(scores, copies) == [
        "s002: 3.0 instead of 12",
        "s003: no score instead of 10",
    ]
