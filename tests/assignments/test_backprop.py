"""The assignment backprop: its reference, starter, examples, figures and points."""

from __future__ import annotations

import importlib.util
import re
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import jupytext
import nbformat
import numpy as np
import pytest

from grader.catalog import find_course, starter_checks
from grader.checks.runner import collect
from grader.model import Assignment, Grade, GradeStatus, Visibility
from grader.pipeline import grade_submission
from grader.release import stale_starter
from grader.submission import discover, read

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "examples" / "class" / "backprop"
SOLUTION = ROOT / "reference" / "backprop" / "solution.py"

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR_Y = np.array([[0], [1], [1], [0]])


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return find_course(ROOT).assignment("backprop")


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    spec = importlib.util.spec_from_file_location("backprop_solution", SOLUTION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def handout(assignment: Assignment) -> str:
    return (assignment.folder / "README.md").read_text(encoding="utf-8")


def graded(path: Path, assignment: Assignment) -> Grade:
    [attempt] = discover([path], assignment=assignment.id)
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    return grade_submission(submission, assignment).grade


def lost(grade: Grade) -> dict[str, str]:
    return {v.id: v.message for v in grade.verdicts if v.points < v.max_points}


# --- reference, starter, a stranger's solution ----------------------------------------------


def test_reference_as_module_earns_everything(assignment: Assignment) -> None:
    grade = graded(SOLUTION, assignment)
    assert lost(grade) == {}
    assert (float(grade.score), grade.status) == (100, GradeStatus.GRADED)


def test_reference_as_notebook_earns_everything(assignment: Assignment, tmp_path: Path) -> None:
    notebook = jupytext.read(SOLUTION)
    nbformat.write(notebook, tmp_path / "backprop.ipynb")
    grade = graded(tmp_path / "backprop.ipynb", assignment)
    assert lost(grade) == {}
    assert (float(grade.score), grade.status) == (100, GradeStatus.GRADED)


@pytest.mark.parametrize("name", ["backprop.ipynb", "backprop.py"])
def test_starter_fails_every_test(assignment: Assignment, name: str) -> None:
    grade = graded(assignment.folder / "starter" / name, assignment)
    assert [v.id for v in grade.verdicts if v.points] == []
    assert len(lost(grade)) == 25
    assert (float(grade.score), float(grade.pending)) == (0, 0)
    assert grade.status is GradeStatus.GRADED


def test_starter_is_current(assignment: Assignment) -> None:
    assert stale_starter(assignment) == []


def test_the_interface_is_enough_to_write_a_right_solution(assignment: Assignment) -> None:
    # Written from what `grader show backprop` prints, and from nothing else.
    grade = graded(SAMPLES / "right-from-the-interface-alone.ipynb", assignment)
    assert lost(grade) == {}
    assert float(grade.score) == 100


# --- specification --------------------------------------------------------------------------


def test_examples_of_the_interface_hold(assignment: Assignment, solution: ModuleType) -> None:
    names = {**vars(solution), "np": np}
    for entry in assignment.interface:
        assert entry.example is not None, entry.name
        answer = eval(entry.example.call, names)  # our own specification
        expected = eval(entry.example.answer, names)
        np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-15, err_msg=entry.name)


def test_points_are_those_of_the_handout(assignment: Assignment, handout: str) -> None:
    tests = collect(assignment)
    public = sum(test.points for test in tests if test.visibility is Visibility.PUBLIC)
    total = sum(test.points for test in tests)
    assert (len(tests), float(public), float(total)) == (25, 30, 100)
    assert "100 points: 30 for public tests" in handout
    assert "70 for hidden tests" in handout

    of_function: dict[str, Decimal] = dict.fromkeys(
        ("sigmoid", "init_params", "forward", "loss", "backward", "train"), Decimal(0)
    )
    for test in tests:
        # A title begins with the function, or the two, that it is about.
        subject = re.match(r"\w+\(\)( and \w+\(\))?", test.title)
        assert subject is not None, test.title
        names = re.findall(r"\w+", subject[0].replace(" and ", " "))
        for name in names:
            of_function[name] += test.points / len(names)
    table = dict(re.findall(r"^\| `(\w+)\(.*\| (\d+) \|$", handout, re.M))
    assert {name: str(points) for name, points in of_function.items()} == table


def test_every_test_has_a_title_and_a_hint(assignment: Assignment) -> None:
    for test in collect(assignment):
        assert test.title.endswith("."), test.id
        assert test.hint.endswith((".", "?")), test.id


# --- figures of the handout -----------------------------------------------------------------


def figures(handout: str, label: str) -> np.ndarray:
    """Return the numbers that follow a label in the section on the three rows."""
    section = handout.partition("**Three rows")[2].partition("**XOR")[0]
    line = re.search(rf"\b{label}\s+(?:=\s+)?(\[.*?\](?!,|\])|[\d., -]+)", section)
    assert line is not None, label
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", line[1])]
    return np.array(numbers)


def test_three_rows_of_the_handout(solution: ModuleType, handout: str) -> None:
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
    params = {name: figures(handout, name).reshape(shape) for name, shape in shapes.items()}
    X, y = figures(handout, "X").reshape(3, 2), figures(handout, "y").reshape(3, 1)
    output, cache = solution.forward(params, X)
    relu, _ = solution.forward(params, X, hidden="relu")
    found = {"output": output, "loss": solution.loss(output, y)}
    found |= solution.backward(params, cache, y)
    for label, value in found.items():
        printed = figures(handout, label)
        np.testing.assert_allclose(np.ravel(value), printed, rtol=0, atol=6e-7, err_msg=label)
    rectified = [float(n) for n in re.findall(r'"relu": ([\d., ]+)\)', handout)[0].split(",")]
    np.testing.assert_allclose(relu.ravel(), rectified, rtol=0, atol=6e-7)


def test_three_rows_tell_a_sigmoid_turned_round(
    solution: ModuleType, handout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 / (1 + exp(z)) in both layers would cancel out in a network with b2 = -sum(W2) / 2."""
    monkeypatch.setattr(solution, "sigmoid", lambda z: 1.0 / (1.0 + np.exp(z)))
    params = {"W1": figures(handout, "W1").reshape(2, 2), "b1": figures(handout, "b1")}
    params |= {"W2": figures(handout, "W2").reshape(2, 1), "b2": figures(handout, "b2")}
    output, _ = solution.forward(params, figures(handout, "X").reshape(3, 2))
    assert np.abs(output.ravel() - figures(handout, "output")).min() > 0.05


def test_paper_example_of_the_handout(solution: ModuleType, handout: str) -> None:
    params = {"W1": [[2.0]], "b1": [-2.0], "W2": [[2.0]], "b2": [-1.0]}
    arrays = {name: np.array(value) for name, value in params.items()}
    X = y = np.array([[1.0]])
    output, cache = solution.forward(arrays, X)
    assert (output.item(), solution.loss(output, y)) == (0.5, 0.125)
    gradients = {k: v.item() for k, v in solution.backward(arrays, cache, y).items()}
    assert gradients == {"dW1": -0.0625, "db1": -0.0625, "dW2": -0.0625, "db2": -0.125}
    trained, _ = solution.train(arrays, X, y, lr=1.0, epochs=1)
    step = {name: value.item() for name, value in trained.items()}
    assert step == {"W1": 2.0625, "b1": -1.9375, "W2": 2.0625, "b2": -0.875}
    assert "W2 = 2.0625, b2 = -0.875, W1 = 2.0625, b1 = -1.9375" in handout


def xor_start() -> dict[str, np.ndarray]:
    rand = np.random.RandomState(42).rand
    start = {"W1": rand(2, 2), "W2": rand(2, 1), "b1": rand(2), "b2": rand(1)}
    return {name: start[name] for name in ("W1", "b1", "W2", "b2")}


def test_xor_from_the_fixed_start(solution: ModuleType, handout: str) -> None:
    params, losses = solution.train(xor_start(), XOR, XOR_Y, lr=0.4, epochs=10_000)
    printed = {0: "0.143987", 1: "0.142603", 1000: "0.1247", 2000: "0.1228", 9000: "0.0021"}
    for epoch, text in printed.items():
        assert f"{losses[epoch]:.{len(text) - 2}f}" == text
        assert text in handout
    # The classic table of this network is of the mean square: twice this loss.
    classic = [0.287974821, 0.249433298, 0.245675371, 0.219962418, 0.162199245]
    classic += [0.052708876, 0.016926012, 0.008917785, 0.005844547, 0.004281790]
    np.testing.assert_allclose(2 * np.array(losses[::1000]), classic, rtol=1e-6)
    final = solution.loss(solution.forward(params, XOR)[0], XOR_Y)
    assert f"{final:.6f}" == "0.001676"


def test_mistakes_of_scale_go_as_far_as_the_hidden_test_says(solution: ModuleType) -> None:
    """A gradient times 4 or 2 is a learning rate times 4 or 2: a smaller loss than right code."""
    for factor, final in ((4, "0.000198"), (2, "0.000498")):
        params, _ = solution.train(xor_start(), XOR, XOR_Y, lr=0.4 * factor, epochs=10_000)
        assert f"{solution.loss(solution.forward(params, XOR)[0], XOR_Y):.6f}" == final


def test_nearly_every_start_learns_xor(solution: ModuleType) -> None:
    """The hidden test needs one of ten starts; it says that more than nine of ten succeed."""
    wrong = []
    for seed in range(20):
        start: dict[str, Any] = solution.init_params([2, 3, 1], seed)
        params, _ = solution.train(start, XOR, XOR_Y, lr=4.0, epochs=3000)
        wrong.append(np.abs(solution.forward(params, XOR)[0] - XOR_Y).max() > 0.25)
    assert sum(wrong) <= 2
