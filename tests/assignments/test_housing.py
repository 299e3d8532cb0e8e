"""The assignment housing: its references, starter, figures, points and data."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.calibration.variants import as_submission, find_variants
from grader.catalog import find_course, starter_checks
from grader.checks.runner import collect
from grader.checks.training import permuted
from grader.datasets import EXAMPLE_SEED, as_csv, draw, twin
from grader.model import Assignment, Cell, CellKind, Grade, GradeStatus, Limits, Status, Visibility
from grader.pipeline import Rules, grade_submission
from grader.release import stale_starter
from grader.sandbox import Sandbox, choose_level, connect, open_nursery
from grader.submission import discover, read

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference" / "housing"
RIGHT = ("solution", "right/keras", "right/pytorch")


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return find_course(ROOT).assignment("housing")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_nursery(choose_level()) as nursery, connect(nursery) as opened:
        yield opened


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    return imported("solution.py")


@pytest.fixture(scope="module")
def handout(assignment: Assignment) -> str:
    return (assignment.folder / "README.md").read_text(encoding="utf-8")


def imported(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"housing_{Path(name).stem}", REFERENCE / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found_in(text: str, pattern: str) -> str:
    """Return what the pattern's group matches first."""
    match = re.search(pattern, text, re.M)
    assert match is not None, pattern
    return match[1]


def lost(grade: Grade) -> dict[str, str]:
    return {v.id: v.message for v in grade.verdicts if v.points < v.max_points}


# --- references, starter ----------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["autumn", "winter", "spring"])
@pytest.mark.parametrize("name", RIGHT)
def test_references_earn_everything_whatever_the_secret(
    assignment: Assignment, sandbox: Sandbox, name: str, secret: str
) -> None:
    [variant] = (v for v in find_variants(assignment) if v.name == name)
    submission = as_submission(variant, assignment)
    grade = grade_submission(submission, assignment, Rules(secret=secret), sandbox=sandbox).grade
    assert lost(grade) == {}
    assert (float(grade.score), grade.status) == (100, GradeStatus.GRADED)


@pytest.mark.parametrize("name", ["housing.ipynb", "housing.py"])
def test_starter_fails_every_test(assignment: Assignment, sandbox: Sandbox, name: str) -> None:
    [attempt] = discover([assignment.folder / "starter" / name], assignment="housing")
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    grade = grade_submission(submission, assignment, sandbox=sandbox).grade
    assert [v.id for v in grade.verdicts if v.points] == []
    assert len(lost(grade)) == len(collect(assignment))
    assert (float(grade.score), float(grade.pending)) == (0, 0)
    assert grade.status is GradeStatus.GRADED


def test_starter_is_current(assignment: Assignment) -> None:
    assert stale_starter(assignment) == []


def test_starter_names_no_framework(assignment: Assignment) -> None:
    text = (assignment.folder / "starter" / "housing.py").read_text(encoding="utf-8")
    imports = re.findall(r"^\s*(?:import|from) (\w+)", text, re.M)
    assert {*imports} == {"typing", "numpy", "matplotlib"}


def test_training_that_never_ends_costs_the_tests_of_training(
    assignment: Assignment, sandbox: Sandbox
) -> None:
    [variant] = (v for v in find_variants(assignment) if v.name == "solution")
    right = as_submission(variant, assignment)
    source = f"{right.cells[0].source}\n\ndef train(*arguments, **named):\n    while True: pass\n"
    endless = right.model_copy(
        update={
            "cells": (Cell(kind=CellKind.CODE, source=source),),
            "files": {right.entry: source.encode()},
        }
    )
    impatient = assignment.model_copy(update={"limits": Limits(call_seconds=1)})
    tests = (
        "test_train_returns_a_history",
        "test_training_stops_early",
        "test_r2",
        "test_evaluate_by_hand",
    )
    grade = grade_submission(endless, impatient, Rules(only=tests), sandbox=sandbox).grade
    statuses = {verdict.id: verdict.status for verdict in grade.verdicts}
    assert statuses == dict(
        zip(tests, (Status.TIMEOUT, Status.SKIPPED, Status.SKIPPED, Status.PASSED), strict=True)
    )


# --- specification ----------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["solution.py", "variants/right/pytorch.py"])
def test_examples_of_the_interface_hold(assignment: Assignment, file: str) -> None:
    names = {**vars(imported(file)), "np": np}
    tried = 0
    for entry in assignment.interface:
        if entry.example is None:
            continue
        answer = eval(entry.example.call, names)  # our own specification
        expected = eval(entry.example.answer, names)
        if not isinstance(answer, dict):
            answer, expected = {"": answer}, {"": expected}
        assert answer.keys() == expected.keys(), entry.name
        for key, value in expected.items():
            np.testing.assert_allclose(answer[key], value, rtol=1e-12, err_msg=entry.name)
        tried += 1
    assert tried == 3


def test_points_are_those_of_the_handout(assignment: Assignment, handout: str) -> None:
    tests = collect(assignment)
    public = sum(test.points for test in tests if test.visibility is Visibility.PUBLIC)
    metrics = sum(metric.points for metric in assignment.metrics)
    total = sum(test.points for test in tests)
    assert (float(public), float(metrics), float(total)) == (25, 25, 100)
    assert "25 for public tests" in handout
    assert "50 for hidden tests, and 25" in handout.replace("\n", " ")

    of_function = dict.fromkeys((entry.name for entry in assignment.interface), Decimal(0))
    for test in tests:
        if not test.metric:
            of_function[found_in(test.title, r"^(\w+)")] += test.points
    table = dict(re.findall(r"^\| `(\w+)\(.*\| (\d+) \|$", handout, re.M))
    assert {name: str(points) for name, points in of_function.items()} == table
    for metric in assignment.metrics:
        assert f"{metric.name.upper()} {metric.points}" in handout


def test_every_test_has_a_title_and_a_hint(assignment: Assignment) -> None:
    for test in collect(assignment):
        assert test.title.endswith("."), test.id
        assert test.hint.endswith((".", "?")), test.id


# --- figures ----------------------------------------------------------------------------------


def test_scaling_of_the_handout(solution: ModuleType, handout: str) -> None:
    lines = re.findall(
        r"X_(?:train|valid|test) +(?:= )?(\[\[.*?\]\]) +becomes +(\[\[.*\]\])", handout
    )
    given, becomes = zip(*(map(eval, line) for line in lines), strict=True)
    scaled = solution.preprocess(*map(np.array, given))
    assert len(scaled) == 3
    for got, expected in zip(scaled, becomes, strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12)


def test_evaluation_of_the_handout(solution: ModuleType, handout: str) -> None:
    y, y_pred = (
        np.array(eval(found_in(handout, rf"^    {name} += (\[.*\])"))) for name in ("y", "y_pred")
    )
    found = solution.evaluate(y, y_pred)
    # What stands behind a measure's name, and there behind the last equals sign of its own.
    printed = {
        name: float(found_in(handout, rf"\b{name}  +(?:[\d ./-]+= )?([\d.]+)\b")) for name in found
    }
    assert found == pytest.approx(printed, abs=5e-7)
    assert list(found) == ["mse", "rmse", "mae", "r2"]


def test_a_constant_answer_of_one_has_the_error_of_the_model_answers(solution: ModuleType) -> None:
    """A softmax over one unit answers 1, whatever the inputs are."""
    y = 2.068558 + 1.153956 * np.array([-1.0, 1.0])  # the published table's mean and deviation
    assert solution.evaluate(y, np.ones(2))["mse"] == pytest.approx(2.4734, abs=1e-4)
    source = (REFERENCE / "solution.py").read_text(encoding="utf-8")
    assert "mean squared error 2.47 on the real data" in source


@pytest.mark.parametrize("file", ["solution.py", "variants/right/pytorch.py"])
def test_parameters_layer_by_layer(file: str) -> None:
    module = imported(file)
    layers = [8 * 30 + 30, 30 * 10 + 10, 10 * 5 + 5, 5 * 1 + 1]
    assert layers == [270, 310, 55, 6]
    model = module.build_model(n_features=8, seed=0)
    assert module.n_parameters(model) == {"trainable": sum(layers), "other": 0}


# --- data, and what is learnt from it -----------------------------------------------------------


def test_the_file_for_students_is_the_twin_of_the_example_seed(assignment: Assignment) -> None:
    assert assignment.files == ("data/housing.csv",)
    assert assignment.data is not None
    rows = assignment.data.train + assignment.data.valid
    text = (assignment.folder / "data" / "housing.csv").read_text(encoding="utf-8")
    assert text == as_csv(twin("housing", rows, EXAMPLE_SEED))
    assert len(text.splitlines()) == 1 + rows == 4001


def test_permuted_targets_lose_the_skill(solution: ModuleType) -> None:
    """The limit of the hidden tests, 0.3, lies between: far from both, for every draw."""
    for seed in range(3):
        rows = draw("housing", train=3000, valid=1000, test=10_000, seed=seed + 100)
        X_train, X_valid, X_test = solution.preprocess(rows.X_train, rows.X_valid, rows.X_test)
        rng = np.random.default_rng(seed)
        scores = []
        for y_train, y_valid in (
            (rows.y_train, rows.y_valid),
            (permuted(rows.y_train, rng), permuted(rows.y_valid, rng)),
        ):
            model, _ = solution.train(X_train, y_train, X_valid, y_valid, seed=seed)
            scores.append(solution.evaluate(rows.y_test, solution.predict(model, X_test))["r2"])
        assert scores[0] > 0.6
        assert scores[1] < 0.1


def test_targets_as_a_column_change_nothing(solution: ModuleType) -> None:
    rng = np.random.default_rng(6)
    X, y = rng.normal(size=(200, 4)), rng.normal(size=200)
    flat = solution.train(X[:150], y[:150], X[150:], y[150:], seed=3)
    y = y[:, np.newaxis]
    column = solution.train(X[:150], y[:150], X[150:], y[150:], seed=3)
    assert flat[1] == column[1]
    np.testing.assert_array_equal(*(solution.predict(model, X) for model, _ in (flat, column)))


def test_shuffled_and_chunked_rows_get_the_same_answers(solution: ModuleType) -> None:
    model = solution.build_model(n_features=8, seed=2)
    X = np.random.default_rng(2).normal(size=(50, 8))
    y = solution.predict(model, X)
    order = np.random.default_rng(3).permutation(50)
    np.testing.assert_allclose(solution.predict(model, X[order]), y[order], rtol=1e-12)
    parts = [solution.predict(model, part) for part in np.array_split(X, [1, 9, 30])]
    np.testing.assert_allclose(np.concatenate(parts), y, rtol=1e-12)


def test_gradients_of_the_reference_are_those_of_its_loss(solution: ModuleType) -> None:
    """Finite differences, since the primary reference's backward pass is written by hand."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=12)

    class Recording(solution.Network):  # type: ignore[misc, name-defined]
        def _adam(self, gradients: list[np.ndarray], lr: float) -> None:
            self.gradients = gradients

    model = Recording(n_features=3, seed=1)
    model.learn(X, y, lr=0.0)
    for param, gradient in zip(model.params, model.gradients, strict=True):
        assert gradient.shape == param.shape
        position = tuple(int(rng.integers(size)) for size in param.shape)
        losses = []
        for step in (1e-6, -2e-6):
            param[position] += step
            losses.append(solution.evaluate(y, solution.predict(model, X))["mse"])
        param[position] += 1e-6
        slope = (losses[0] - losses[1]) / 2e-6
        assert gradient[position] == pytest.approx(slope, rel=1e-4, abs=1e-8)
