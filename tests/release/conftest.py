"""A small course with one assignment, made from the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.catalog import find_course
from grader.model import Assignment
from grader.release import new_assignment, write_starter

MISTAKE = '''"""Known mistake: probabilities of the other class."""


def predict_proba(w, X):
    """Return the probability of class 0, where that of class 1 is asked for."""
    return 1.0 - sigmoid(X @ w[:-1] + w[-1])
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course's folder with the assignment `toy`, its metric, a known mistake and a data file."""
    root = tmp_path / "course"
    new_assignment(root, "toy", "Toy", metric=True)
    folder = root / "assignments" / "toy"
    (folder / "mistakes").mkdir()
    (folder / "mistakes" / "other_class.py").write_text(MISTAKE)
    (folder / "data").mkdir()
    (folder / "data" / "rows.csv").write_text("x,y\n0.5,1\n-0.5,0\n")
    (folder / "DATA.md").write_text("data/rows.csv: two rows, made up; no licence needed.\n")
    spec = folder / "assignment.yaml"
    spec.write_text(spec.read_text() + "files: [data/rows.csv]\n")
    return root


@pytest.fixture
def toy(root: Path) -> Assignment:
    """The assignment, with its starter."""
    assignment = find_course(root).assignment("toy")
    write_starter(assignment)
    return assignment
