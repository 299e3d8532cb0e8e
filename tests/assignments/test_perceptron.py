"""The assignment "perceptron": its reference, starter, interface, points and printed figures."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import jupytext
import numpy as np
import pytest

from grader.catalog import find_course, starter_checks
from grader.checks.runner import collect
from grader.model import Assignment, Grade, Status, TestCase, Visibility
from grader.pipeline import grade_submission
from grader.release import stale_starter
from grader.submission import discover, read

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "examples" / "class" / "perceptron"
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
GATES = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
}
XOR = np.array([0, 1, 1, 0])


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return find_course(ROOT).assignment("perceptron")


@pytest.fixture(scope="module")
def tests(assignment: Assignment) -> tuple[TestCase, ...]:
    return collect(assignment, hidden=True)


def imported(path: Path) -> ModuleType:
    """Import a file that lies outside of any package."""
    spec = importlib.util.spec_from_file_location(f"of_perceptron_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def solution(assignment: Assignment) -> ModuleType:
    assert assignment.reference is not None
    return imported(assignment.reference / "solution.py")


def graded(path: Path, assignment: Assignment) -> Grade:
    (attempt,) = discover([path], assignment=assignment.id)
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    return grade_submission(submission, assignment).grade


# --- reference and starter ------------------------------------------------------------------------


def test_the_reference_as_a_module_gets_all_points(assignment: Assignment) -> None:
    assert assignment.reference is not None
    grade = graded(assignment.reference / "solution.py", assignment)
    assert {v.id: v.message for v in grade.verdicts if v.status is not Status.PASSED} == {}
    assert grade.score == grade.max_score == 100


def test_the_reference_as_a_notebook_gets_all_points(
    assignment: Assignment, tmp_path: Path
) -> None:
    assert assignment.reference is not None
    path = tmp_path / "reference.ipynb"
    jupytext.write(jupytext.read(assignment.reference / "solution.py"), path)
    grade = graded(path, assignment)
    assert {v.id: v.message for v in grade.verdicts if v.status is not Status.PASSED} == {}
    assert grade.score == 100


@pytest.mark.parametrize("file", ["perceptron.ipynb", "perceptron.py"])
def test_no_test_gives_points_to_the_starter(file: str, assignment: Assignment) -> None:
    grade = graded(assignment.folder / "starter" / file, assignment)
    assert {v.id: v.points for v in grade.verdicts if v.points} == {}
    assert {v.status for v in grade.verdicts} == {Status.FAILED, Status.SKIPPED}
    assert grade.score == 0
    assert grade.warnings == () or file == "perceptron.py"


def test_the_starter_is_that_of_the_reference(assignment: Assignment) -> None:
    assert stale_starter(assignment) == []


def test_a_solution_written_from_the_interface_alone_gets_all_points(
    assignment: Assignment,
) -> None:
    grade = graded(SAMPLES / "right-from-the-interface.py", assignment)
    assert {v.id: v.message for v in grade.verdicts if v.status is not Status.PASSED} == {}
    assert grade.score == 100


# --- interface and tests --------------------------------------------------------------------------


def test_the_interface_is_that_of_the_reference(
    assignment: Assignment, solution: ModuleType
) -> None:
    for entry in assignment.interface:
        defined = getattr(solution, entry.name)
        assert isinstance(defined, type) == (entry.kind == "class")
        parameters = re.findall(r"(\w+)(?:=([^,)]+))?", entry.signature or "")
        code = (defined.__init__ if entry.kind == "class" else defined).__code__
        names = [name for name in code.co_varnames[: code.co_argcount] if name != "self"]
        assert [name for name, _ in parameters] == names
        assert set(entry.parameters) == set(names)


@pytest.mark.parametrize("name", ["Perceptron", "is_separable", "xor_network"])
def test_examples_of_the_interface_hold(
    name: str, assignment: Assignment, solution: ModuleType
) -> None:
    entry = assignment.entry(name)
    assert entry is not None
    assert entry.example is not None
    names: dict[str, Any] = {"np": np, **vars(solution)}
    found, stated = eval(entry.example.call, names), eval(entry.example.answer, names)
    assert type(found) is type(stated)
    np.testing.assert_array_equal(found, stated)


def test_public_tests_give_30_points_and_hidden_ones_70(tests: tuple[TestCase, ...]) -> None:
    points = {Visibility.PUBLIC: Decimal(0), Visibility.HIDDEN: Decimal(0)}
    for test in tests:
        points[test.visibility] += test.points
    assert points == {Visibility.PUBLIC: 30, Visibility.HIDDEN: 70}


def test_every_test_has_a_hint_and_is_worth_seven_points_at_most(
    tests: tuple[TestCase, ...],
) -> None:
    assert [test.id for test in tests if not test.hint or not 2 <= test.points <= 7] == []
    assert len({test.title for test in tests}) == len(tests)


# --- figures --------------------------------------------------------------------------------------


def figures(readme: str) -> Iterator[tuple[str, list[np.ndarray[Any, Any]]]]:
    """Yield each gate of the handout's table: start, after one epoch, after ten epochs."""
    for gate, cells in re.findall(r"^\| (AND|OR) \| (`\[.*) \|$", readme, re.M):
        yield gate, [np.fromstring(c.strip("`[]"), sep=",") for c in cells.split(" | ")]


def epochs_until_right(weights: list[Any], labels: np.ndarray[Any, Any], solution: Any) -> int:
    """Return after how many epochs every corner is right, given the weights after each."""
    inputs = solution.with_bias(CORNERS)
    return next(n for n, w in enumerate(weights, 1) if (solution.step(inputs @ w) == labels).all())


def test_the_table_of_the_handout(assignment: Assignment, solution: ModuleType) -> None:
    table = dict(figures((assignment.folder / "README.md").read_text(encoding="utf-8")))
    assert set(table) == {"AND", "OR"}
    for (gate, (start, first, tenth)), epochs in zip(table.items(), (5, 2), strict=True):
        history = solution.Perceptron(weights=start).fit(CORNERS, GATES[gate]).history
        np.testing.assert_allclose([history[0], history[9]], [first, tenth], rtol=0, atol=5e-9)
        assert epochs_until_right(history, GATES[gate], solution) == epochs
    z = solution.with_bias([[1, 1]]) @ table["AND"][2]
    assert z[0] == pytest.approx(0.00026, abs=5e-6)


def test_xor_goes_back_and_forth_with_two_rows_right(solution: ModuleType) -> None:
    start = [-1.51414242e-04, 1.54706413e-04, 4.27810246e-05]
    perceptron = solution.Perceptron(epochs=50, weights=start).fit(CORNERS, XOR)
    even, odd = np.array(perceptron.history[::2]), np.array(perceptron.history[1::2])
    # The figures of the course notes, whose weights after the first epoch these are.
    np.testing.assert_allclose(even - [0.499848586, 1.54706e-04, -0.499957219], 0, atol=1e-8)
    np.testing.assert_allclose(odd - [-1.51414e-04, -0.499845294, 0.500042781], 0, atol=1e-8)
    assert np.mean(perceptron.predict(CORNERS) == XOR) == 0.5


def test_ten_epochs_suffice_for_and_and_or_from_small_starts(solution: ModuleType) -> None:
    starts = np.random.default_rng(1).uniform(-0.01, 0.01, size=(500, 3))
    for gate in ("AND", "OR"):
        for start in starts:
            perceptron = solution.Perceptron(weights=start).fit(CORNERS, GATES[gate])
            assert np.array_equal(perceptron.predict(CORNERS), GATES[gate])


def test_twelve_epochs_suffice_for_every_gate_from_larger_starts(solution: ModuleType) -> None:
    starts = np.random.default_rng(2).uniform(-1, 1, size=(500, 3))
    needed = [
        epochs_until_right(
            solution.Perceptron(epochs=50, weights=start).fit(CORNERS, labels).history,
            labels,
            solution,
        )
        for start in starts
        for labels in GATES.values()
    ]
    assert 4 < max(needed) <= 12


@pytest.mark.parametrize("dimensions", [2, 3, 5, 7, 10])
def test_separable_data_take_eight_epochs_at_most_and_a_bias(
    dimensions: int, assignment: Assignment, solution: ModuleType
) -> None:
    separable = imported(assignment.hidden_tests / "test_learning.py").separable
    for seed in range(40):
        X, y = separable(np.random.default_rng(seed), dimensions)
        perceptron = solution.Perceptron(eta=0.1, epochs=8, seed=dimensions).fit(X, y)
        assert np.array_equal(perceptron.predict(X), y)
        # With label 1 on both x and -x, no weights without a bias are right.
        assert np.array_equal(X[:3], -X[3:6])
        assert y[:6].all()


@pytest.mark.parametrize("labels", [(0, 1), (1, 0)])
def test_the_narrow_gap_takes_far_more_epochs_than_the_default(
    labels: tuple[int, int], solution: ModuleType
) -> None:
    X = [[4.0], [5.0]]
    inputs = solution.with_bias(X)
    needed = set()
    for start in np.random.default_rng(3).uniform(-0.01, 0.01, size=(300, 2)):
        weights = [start, *solution.Perceptron(epochs=100, weights=start).fit(X, labels).history]
        right = [np.array_equal(solution.step(inputs @ w), labels) for w in weights]
        needed.add(right.index(True))
    assert needed - {0} <= {38, 47, 84}
    assert {38, 47} <= needed
