"""The assignment wine: its references, starter, figures, points and data."""

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
from grader.model import Assignment, Grade, GradeStatus, Visibility
from grader.pipeline import Rules, grade_submission
from grader.release import stale_starter
from grader.sandbox import Sandbox, choose_level, connect, open_nursery
from grader.submission import discover, read

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference" / "wine"
RIGHT = ("solution", "right/keras", "right/pytorch")


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return find_course(ROOT).assignment("wine")


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
    spec = importlib.util.spec_from_file_location(f"wine_{Path(name).stem}", REFERENCE / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


@pytest.mark.parametrize("name", ["wine.ipynb", "wine.py"])
def test_starter_fails_every_test(assignment: Assignment, sandbox: Sandbox, name: str) -> None:
    [attempt] = discover([assignment.folder / "starter" / name], assignment="wine")
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    grade = grade_submission(submission, assignment, sandbox=sandbox).grade
    assert [v.id for v in grade.verdicts if v.points] == []
    assert len(lost(grade)) == len(collect(assignment))
    assert (float(grade.score), float(grade.pending)) == (0, 0)
    assert grade.status is GradeStatus.GRADED


def test_starter_is_current(assignment: Assignment) -> None:
    assert stale_starter(assignment) == []


def test_starter_names_no_framework(assignment: Assignment) -> None:
    text = (assignment.folder / "starter" / "wine.py").read_text(encoding="utf-8")
    assert re.findall(r"^\s*(?:import|from) (\w+)", text, re.M) == ["numpy", "matplotlib"]


# --- specification ----------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["solution.py", "variants/right/pytorch.py"])
def test_examples_of_the_interface_hold(assignment: Assignment, file: str) -> None:
    names = {**vars(imported(file)), "np": np}
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


def test_points_are_those_of_the_handout(assignment: Assignment, handout: str) -> None:
    tests = collect(assignment)
    public = sum(test.points for test in tests if test.visibility is Visibility.PUBLIC)
    metrics = sum(metric.points for metric in assignment.metrics)
    total = sum(test.points for test in tests)
    assert (float(public), float(metrics), float(total)) == (30, 25, 100)
    assert "30 for public tests" in handout
    assert "45 for hidden tests, and 25" in handout

    of_function = dict.fromkeys((entry.name for entry in assignment.interface), Decimal(0))
    for test in tests:
        if not test.metric:
            of_function[re.match(r"\w+", test.title)[0]] += test.points
    table = dict(re.findall(r"^\| `(\w+)\(.*\| (\d+) \|$", handout, re.M))
    assert {name: str(points) for name, points in of_function.items()} == table
    for metric in assignment.metrics:
        assert f"{metric.name.replace('_', ' ')} {metric.points}" in handout


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
    y = np.array(eval(re.search(r"y = (\[.*\])", handout)[1]))
    p = np.array(eval(re.search(r"p = (\[.*\])", handout)[1]))
    found = solution.evaluate(y, p)
    assert found["confusion_matrix"] == eval(re.search(r"matrix +(\[\[.*?\]\])", handout)[1])
    assert f"log loss          {found['log_loss']:.6f}" in handout
    assert "6 / 8 = 0.75" in handout
    assert found["accuracy"] == 0.75
    assert found["precision"] == found["recall"] == pytest.approx(0.8)
    assert found["f1"] == pytest.approx(0.8)


def test_the_course_notes_confusion_matrix(solution: ModuleType) -> None:
    """[[137, 41], [63, 159]]: accuracy 0.74, and 0.80, 0.72 and 0.75 for the good wines."""
    y = np.repeat([0, 0, 1, 1], [137, 41, 63, 159])
    p = np.repeat([0.2, 0.8, 0.2, 0.8], [137, 41, 63, 159])
    found = solution.evaluate(y, p)
    assert found["confusion_matrix"] == [[137, 41], [63, 159]]
    measures = (found["accuracy"], found["precision"], found["recall"], found["f1"])
    assert measures == pytest.approx((0.74, 0.795, 0.716, 0.754), abs=5e-4)
    bad = solution.evaluate(1 - y, 1 - p)
    assert (bad["precision"], bad["recall"], bad["f1"]) == pytest.approx(
        (0.685, 0.770, 0.725), abs=5e-4
    )


@pytest.mark.parametrize("file", ["solution.py", "variants/right/pytorch.py"])
def test_parameters_layer_by_layer(file: str) -> None:
    module = imported(file)
    layers = [11 * 30 + 30, 30 * 10 + 10, 10 * 5 + 5, 5 * 1 + 1]
    assert layers == [360, 310, 55, 6]
    model = module.build_model(n_features=11, seed=0)
    assert module.n_parameters(model) == {"trainable": sum(layers), "other": 0}


# --- data, and what is learnt from it -----------------------------------------------------------


def test_the_file_for_students_is_the_twin_of_the_example_seed(assignment: Assignment) -> None:
    assert assignment.files == ("data/wine.csv",)
    rows = assignment.data.train + assignment.data.valid
    text = (assignment.folder / "data" / "wine.csv").read_text(encoding="utf-8")
    assert text == as_csv(twin("wine", rows, EXAMPLE_SEED))
    assert len(text.splitlines()) == 1 + rows == 1200


def test_permuted_labels_lose_the_skill(solution: ModuleType) -> None:
    """The limit of the hidden test, 0.62, lies between: far from both, for every draw."""
    for seed in range(4):
        rows = draw("wine", train=899, valid=300, test=10_000, seed=seed + 100)
        X_train, X_valid, X_test = solution.preprocess(rows.X_train, rows.X_valid, rows.X_test)
        rng = np.random.default_rng(seed)
        losses = []
        for y_train, y_valid in (
            (rows.y_train, rows.y_valid),
            (permuted(rows.y_train, rng), permuted(rows.y_valid, rng)),
        ):
            model, _ = solution.train(X_train, y_train, X_valid, y_valid, seed=seed)
            p = solution.predict_proba(model, X_test)
            losses.append(solution.evaluate(rows.y_test, p)["log_loss"])
        assert losses[0] < 0.59
        assert losses[1] > 0.65


def test_shuffled_and_chunked_rows_get_the_same_answers(solution: ModuleType) -> None:
    model = solution.build_model(n_features=11, seed=2)
    X = np.random.default_rng(2).normal(size=(50, 11))
    p = solution.predict_proba(model, X)
    order = np.random.default_rng(3).permutation(50)
    np.testing.assert_allclose(solution.predict_proba(model, X[order]), p[order], rtol=1e-12)
    parts = [solution.predict_proba(model, part) for part in np.array_split(X, [1, 9, 30])]
    np.testing.assert_allclose(np.concatenate(parts), p, rtol=1e-12)


def test_gradients_of_the_reference_are_those_of_its_loss(solution: ModuleType) -> None:
    """Finite differences, since the primary reference's backward pass is written by hand."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(12, 3)), rng.integers(0, 2, size=12)
    model = solution.build_model(n_features=3, seed=1)
    gradients, _ = model.gradients(X, y)
    start = model.parameters()
    for index, gradient in enumerate(gradients):
        position = tuple(int(rng.integers(size)) for size in gradient.shape)
        losses = []
        for step in (1e-6, -1e-6):
            moved = [array.copy() for array in start]
            moved[index][position] += step
            model.set_parameters(moved)
            losses.append(solution.cross_entropy(y, solution.predict_proba(model, X)))
        slope = (losses[0] - losses[1]) / 2e-6
        assert gradient[position] == pytest.approx(slope, rel=1e-4, abs=1e-8)
