"""What the server of grading processes prepares does no harm in the processes that it forks."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import pytest

HIDDEN = """
    @pytest.mark.points(10)
    def test_f(submission):
        '''f adds one.'''
        assert submission.f(1) == 2
"""
# An operation starts TensorFlow's threads; a fork made after it would wait for them for ever.
COMPUTES = """
import tensorflow as tf

print("numbers of the reference:", tf.constant([1, 2]) + 1)


def f(x):
    return int(tf.constant(x) + 1)
"""

SCRIPT = """
with open("runs", "a") as runs:
    runs.write(f"{__name__}\\n")

if __name__ == "__main__":
    from grader.cli import main

    main()
"""


def graded(course, folder, program: list[str], files: list[str]) -> subprocess.CompletedProcess:
    """Grade files of ``folder`` with a program of Python's, to ``out``."""
    done = subprocess.run(
        [sys.executable, *program, "grade", "toy", *files, "-o", "out", "--trust"],
        cwd=folder,
        env={**os.environ, "GRADER_COURSE": str(course.root)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_script_that_a_command_was_started_with_is_run_once(course, tmp_path):
    """Where a console script imports a command line, no grading process does so again."""
    course.assignment(HIDDEN)
    (tmp_path / "script.py").write_text(SCRIPT)
    for student in ("s101", "s102"):
        (tmp_path / f"{student}.py").write_text("def f(x):\n    return x + 1\n")
    graded(course, tmp_path, ["script.py"], ["s101.py", "s102.py"])
    assert len(list((tmp_path / "out").glob("s10*.json"))) == 2
    assert (tmp_path / "runs").read_text() == "__main__\n"


@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="tensorflow is not installed"
)
def test_a_reference_that_computes_when_it_is_imported_can_stand_in(course, tmp_path):
    course.assignment(HIDDEN, reference=COMPUTES)
    (tmp_path / "s101.py").write_text("def f(x):\n    raise ValueError('not yet')\n")
    done = graded(course, tmp_path, ["-m", "grader"], ["s101.py"])
    grade = json.loads((tmp_path / "out" / "s101.json").read_text(encoding="utf-8"))
    (verdict,) = grade["verdicts"]
    assert verdict["status"] == "failed"  # by the submission's fault: the reference passes
    assert "not yet" in verdict["message"]
    assert "numbers of the reference" not in done.stdout + done.stderr
    assert "oneDNN" not in done.stdout + done.stderr
