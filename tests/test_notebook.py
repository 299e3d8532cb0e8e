"""``grader.check()`` in a live notebook: a real kernel, with its event loop running."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import grader

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = (ROOT / "reference" / "perceptron" / "solution.py").read_text("utf-8")


@pytest.fixture(scope="module")
def outputs() -> list[str]:
    """Run one notebook of many checks, and return what each cell printed."""
    cells = [
        "import random, numpy as np, grader\nrandom.seed(1); np.random.seed(2)",
        "expected = random.random(), np.random.rand()\nrandom.seed(1); np.random.seed(2)",
        SOLUTION.partition("if __name__")[0],
        "grader.check('perceptron')",
        "print((random.random(), np.random.rand()) == expected)",
        "Perceptron.predict = lambda self, X: None\ngrader.check('perceptron')",
        "grader.check('perceptrn')",
        "import os; os.chdir('/'); grader.check('perceptron')",
        f"grader.check('perceptron', course={str(ROOT)!r})",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=120)
    client.resources = {"metadata": {"path": str(ROOT)}}
    client.execute()
    return [
        "".join(out.get("text", out.get("evalue", "")) for out in cell.outputs)
        for cell in notebook.cells
    ]


def test_right_work_so_far_is_told_test_by_test(outputs: list[str]) -> None:
    lines = outputs[3].splitlines()
    assert lines[0].startswith("✓     5/5  With the weights")
    assert lines[-1] == "26 of 30 points in the public tests"
    assert any("'xor_network' is not defined" in line for line in lines)


def test_random_numbers_go_on_where_they_were(outputs: list[str]) -> None:
    assert outputs[4].strip() == "True"


def test_a_name_that_was_redefined_is_tested_as_it_is_now(outputs: list[str]) -> None:
    assert "✗     0/5" in outputs[5]
    assert outputs[5].splitlines()[-1] != outputs[3].splitlines()[-1]


def test_an_unknown_assignment_is_told_in_one_sentence(outputs: list[str]) -> None:
    assert 'did you mean "perceptron"' in outputs[6]


def test_outside_of_a_course_the_remedy_is_told(outputs: list[str]) -> None:
    assert "The check could not be run" in outputs[7]
    assert "GRADER_COURSE" in outputs[7]


def test_the_course_can_be_named(outputs: list[str]) -> None:
    assert outputs[8] == outputs[5]


def test_without_ipython_the_main_program_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    grader.check("perceptron")
    assert "0 of 30 points" in capsys.readouterr().out
