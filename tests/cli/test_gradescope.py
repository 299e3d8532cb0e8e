"""The scripts for Gradescope, in the layout of its harness."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import RIGHT

SCRIPTS = Path(__file__).parents[2] / "docs" / "gradescope"


@pytest.fixture
def autograder(toy, course, tmp_path: Path) -> Path:
    """``/autograder`` with a course, the script, and what a student handed in."""
    root = tmp_path / "autograder"
    shutil.copytree(course.root, root / "source")
    shutil.copy(SCRIPTS / "run_autograder", root / "run_autograder")
    (root / "submission").mkdir()
    (root / "results").mkdir()
    return root


def run(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [root / "run_autograder"],
        cwd=root,
        env={**os.environ, "PATH": path, "AUTOGRADER": str(root), "ASSIGNMENT": "toy"}
        | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_submission_becomes_results(autograder: Path):
    (autograder / "submission" / "toy.py").write_text("from helper import f\n", encoding="utf-8")
    (autograder / "submission" / "helper.py").write_text(RIGHT, encoding="utf-8")
    done = run(autograder)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads((autograder / "results" / "results.json").read_text("utf-8"))
    assert document["score"] == 10
    assert [(one["name"], one["score"], one["max_score"]) for one in document["tests"]] == [
        ("f(2) is 4.", 2, 2),
        ("f doubles any number.", 8, 8),
    ]


def test_a_failure_of_grading_leaves_no_results(autograder: Path):
    (autograder / "submission" / "toy.py").write_text(RIGHT, encoding="utf-8")
    done = run(autograder, ASSIGNMENT="unknown")
    assert done.returncode == 2
    assert "unknown" in done.stderr
    assert list((autograder / "results").iterdir()) == []


def test_scripts_are_executable_and_sound():
    for script in (SCRIPTS / "run_autograder", SCRIPTS / "setup.sh"):
        assert os.access(script, os.X_OK)
        subprocess.run(["bash", "-n", script], check=True)
