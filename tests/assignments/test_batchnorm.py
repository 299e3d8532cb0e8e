"""The assignment batchnorm: its reference, variants, starter, examples, figures and points."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import numpy as np
import pytest
from scipy import stats

from grader.calibration.variants import Role, Variant, as_submission, find_variants
from grader.catalog import find_course, starter_checks
from grader.checks.runner import collect
from grader.datasets import Split, draw
from grader.model import Assignment, Grade, GradeStatus, Submission, Visibility
from grader.pipeline import Rules, grade_submission
from grader.release import stale_starter
from grader.sandbox import Sandbox, choose_level, connect, open_nursery
from grader.submission import discover, read

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "reference" / "batchnorm" / "solution.py"
RIGHT = ("solution", "right/keras", "right/pytorch")
SECRETS = ("one", "two", "three")

# The handout's batch, and what is known of it.
X = np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0], [5.0, 9.0, 7.0], [7.0, 1.0, 9.0]])
GAMMA, BETA = np.array([2.0, 0.5, 1.0]), np.array([1.0, -1.0, 0.0])
ONES, ZEROS = np.ones(3), np.zeros(3)


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return find_course(ROOT).assignment("batchnorm")


@pytest.fixture(scope="module")
def variants(assignment: Assignment) -> dict[str, Variant]:
    return {variant.name: variant for variant in find_variants(assignment)}


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    spec = importlib.util.spec_from_file_location("batchnorm_solution", SOLUTION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def handout(assignment: Assignment) -> str:
    return (assignment.folder / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One nursery for all: importing a framework takes longer than a training."""
    with open_nursery(choose_level()) as nursery, connect(nursery) as connected:
        yield connected


@pytest.fixture(scope="module")
def data() -> Split:
    return draw("digits", train=800, valid=200, test=797, seed=5)


def handed_in(path: Path, assignment: Assignment) -> Submission:
    [attempt] = discover([path], assignment=assignment.id)
    return read(attempt, assignment=assignment, checks=starter_checks(assignment))


def lost(grade: Grade) -> dict[str, str]:
    return {v.id: v.message for v in grade.verdicts if v.points < v.max_points}


# --- reference, variants, starter -----------------------------------------------------------


@pytest.mark.parametrize("name", RIGHT)
def test_right_solutions_earn_everything_in_three_courses(
    assignment: Assignment, variants: dict[str, Variant], sandbox: Sandbox, name: str
) -> None:
    submission = as_submission(variants[name], assignment)
    for secret in SECRETS:
        grade = grade_submission(submission, assignment, Rules(secret=secret), sandbox=sandbox)
        assert lost(grade.grade) == {}, secret
        assert (float(grade.grade.score), grade.grade.status) == (100, GradeStatus.GRADED)


def test_reference_as_notebook_earns_everything(
    assignment: Assignment, sandbox: Sandbox, tmp_path: Path
) -> None:
    nbformat.write(jupytext.read(SOLUTION), tmp_path / "batchnorm.ipynb")
    submission = handed_in(tmp_path / "batchnorm.ipynb", assignment)
    grade = grade_submission(submission, assignment, sandbox=sandbox).grade
    assert lost(grade) == {}
    assert (float(grade.score), grade.status) == (100, GradeStatus.GRADED)


@pytest.mark.parametrize("name", ["batchnorm.ipynb", "batchnorm.py"])
def test_starter_fails_every_test(assignment: Assignment, sandbox: Sandbox, name: str) -> None:
    submission = handed_in(assignment.folder / "starter" / name, assignment)
    grade = grade_submission(submission, assignment, sandbox=sandbox).grade
    assert [v.id for v in grade.verdicts if v.points] == []
    assert len(lost(grade)) == 27
    assert (float(grade.score), float(grade.pending)) == (0, 0)
    assert grade.status is GradeStatus.GRADED


def test_starter_is_current_and_imports_no_framework(assignment: Assignment) -> None:
    assert stale_starter(assignment) == []
    text = (assignment.folder / "starter" / "batchnorm.py").read_text(encoding="utf-8")
    assert re.findall(r"^(?:import|from) (\w+)", text, re.M) == ["typing", "numpy", "scipy"]
    assert "Use Keras or PyTorch, as you like" in text


CATCHES = {
    "momentum_reversed": "test_running_statistics_by_hand",
    "averages_never_updated": "test_running_statistics_by_hand",
    "layer_normalization": "test_forward_by_hand",
    "statistics_as_constants": "test_dx_against_finite_differences",
    "batch_statistics_in_evaluation": "test_answers_are_probabilities_of_single_rows",
    "one_epoch": "test_accuracy_without_batch_normalization",
}


def test_every_wrong_variant_is_named_here(variants: dict[str, Variant]) -> None:
    wrong = {v.path.stem for v in variants.values() if v.role is Role.WRONG}
    assert wrong == set(CATCHES)


@pytest.mark.parametrize("name", CATCHES)
def test_wrong_variants_are_caught(
    assignment: Assignment, variants: dict[str, Variant], sandbox: Sandbox, name: str
) -> None:
    submission = as_submission(variants[f"wrong/{name}"], assignment)
    rules = Rules(secret="one", only=(CATCHES[name],))
    grade = grade_submission(submission, assignment, rules, sandbox=sandbox).grade
    assert list(lost(grade)) == [CATCHES[name]]


# --- what every assignment with training promises -------------------------------------------


def accuracy(p: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(p.argmax(axis=1) == y))


def test_permuted_labels_lose_the_skill(solution: ModuleType, data: Split) -> None:
    for seed in range(4):
        labels = np.random.default_rng(seed).permutation(data.y_train)
        model = solution.train(solution.build_model(True, seed, 64), data.X_train, labels, seed)
        # The hidden test allows 0.35; chance is 0.1.
        assert accuracy(solution.predict_proba(model, data.X_test), data.y_test) < 0.2


@pytest.mark.parametrize("batchnorm", [True, False])
def test_order_and_company_change_no_prediction(
    solution: ModuleType, data: Split, batchnorm: bool
) -> None:
    model = solution.build_model(batchnorm, 0, n_features=64)
    model = solution.train(model, data.X_train, data.y_train, 0)
    whole = solution.predict_proba(model, data.X_test)
    order = np.random.default_rng(0).permutation(len(data.X_test))
    shuffled = solution.predict_proba(model, data.X_test[order])
    chunks = [solution.predict_proba(model, part) for part in np.split(data.X_test, [1, 3, 200])]
    np.testing.assert_allclose(shuffled, whole[order], rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.concatenate(chunks), whole, rtol=0, atol=1e-12)


def test_the_same_seed_gives_the_same_ablation(solution: ModuleType, data: Split) -> None:
    first = solution.ablate(data.X_valid, data.y_valid, [3, 4])
    again = solution.ablate(data.X_valid, data.y_valid, [4, 3])
    assert {name: values[::-1] for name, values in again.items()} == first
    assert first["with"] != first["without"]


# --- figures --------------------------------------------------------------------------------


def test_figures_of_the_handout(solution: ModuleType, handout: str) -> None:
    out, cache, running = solution.batchnorm_forward(X, ONES, ZEROS, None, True, eps=1e-3)
    scaled, _, _ = solution.batchnorm_forward(X, GAMMA, BETA, None, True, eps=1e-3)
    evaluated, _, _ = solution.batchnorm_forward(X[:1], GAMMA, BETA, running, False, eps=1e-3)
    dout = np.zeros((4, 3))
    dout[0, 0] = 1.0
    dx, dgamma, dbeta = solution.batchnorm_backward(dout, cache)
    for row in (out[0], scaled[0], evaluated[0], dx[:, 0]):
        assert ", ".join(f"{value:.6f}" for value in row) in handout
    assert f"dgamma      {dgamma[0]:.6f}, 0, 0" in handout
    assert dbeta.tolist() == [1, 0, 0]
    assert not dx[:, 1:].any()
    np.testing.assert_allclose(running["mean"], [0.4, 0.4, 0.6], rtol=1e-12)
    np.testing.assert_allclose(running["var"], [1.4, 1.85, 1.4], rtol=1e-12)
    # What the handout says of three mistakes.
    row = (X[0] - X[0].mean()) / np.sqrt(X[0].var() + 1e-3)
    assert f"{row[0]:.4f}, 0, {row[2]:.4f}, you went along the row" in handout.replace("\n", " ")
    sample = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0, ddof=1) + 1e-3)
    assert f"{sample[0, 0]:.4f}, you divided by n - 1" in handout
    assert f"{cache['scale'][0]:.4f}, 0, 0, 0, you took mean and variance" in handout


def test_conclusions_of_the_handout(solution: ModuleType, handout: str) -> None:
    lines = re.findall(r'^ +([\d. ]+?) +against +([\d. ]+?)  +(\S.*?)  +"(.+)"$', handout, re.M)
    assert len(lines) == 3
    for *pair, statistic, verdict in lines:
        with_, without = ([float(number) for number in side.split()] for side in pair)
        assert solution.conclusion(with_, without) == verdict
        if len(with_) > 1:
            t = stats.ttest_rel(with_, without).statistic
            assert statistic == f"t = {t:.2f}"


def test_parameters_of_the_handout(solution: ModuleType, handout: str) -> None:
    def counted(batchnorm: bool, n_features: int) -> tuple[int, int]:
        found = solution.n_parameters(solution.build_model(batchnorm, 0, n_features))
        return found["trainable"], found["other"]

    assert counted(False, 784) == (266_610, 0)
    assert counted(True, 784) == (267_410, 800)
    assert counted(False, 64) == (50_610, 0)
    assert counted(True, 64) == (51_410, 800)
    assert "= 266 610, other 0 | 267 410, other 800 |" in handout
    assert "50 610, other 0 |" in handout


def test_the_layer_of_pytorch_agrees_but_for_its_running_variance(solution: ModuleType) -> None:
    import torch

    layer = torch.nn.BatchNorm1d(3, dtype=torch.float64)
    x = torch.tensor(X, requires_grad=True)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(GAMMA))
        layer.bias.copy_(torch.tensor(BETA))
    dout = np.random.default_rng(0).normal(size=(4, 3))
    out = layer(x)
    out.backward(torch.tensor(dout))
    ours, cache, running = solution.batchnorm_forward(X, GAMMA, BETA, None, True)
    dx, dgamma, dbeta = solution.batchnorm_backward(dout, cache)
    for got, expected in (
        (ours, out.detach()),
        (dx, x.grad),
        (dgamma, layer.weight.grad),
        (dbeta, layer.bias.grad),
        (running["mean"], layer.running_mean),
        # 0.9 * 1 + 0.1 * variance; here the batch's, there an estimate of the population's.
        ((running["var"] - 0.9) * 4 / 3 + 0.9, layer.running_var),
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


def test_conclusion_is_that_of_scipy(solution: ModuleType) -> None:
    rng = np.random.default_rng(0)
    found = set()
    for _ in range(200):
        n = int(rng.integers(2, 11))
        without = rng.normal(0.9, 0.05, n)
        with_ = without + rng.normal(rng.normal(0, 0.01), 0.01, n)
        test = stats.ttest_rel(with_, without)
        expected = "no difference"
        if test.pvalue < 0.05:
            expected = "better" if test.statistic > 0 else "worse"
        assert solution.conclusion(with_.tolist(), without.tolist()) == expected
        found.add(expected)
    assert found == {"better", "worse", "no difference"}


# --- specification --------------------------------------------------------------------------


def test_examples_of_the_interface_hold(assignment: Assignment, solution: ModuleType) -> None:
    names = {**vars(solution), "np": np}
    for entry in assignment.interface:
        assert entry.example is not None, entry.name
        answer = eval(entry.example.call, names)  # our own specification
        expected = eval(entry.example.answer, names)
        if isinstance(expected, np.ndarray):
            np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-12, err_msg=entry.name)
        else:
            assert answer == expected, entry.name


def test_points_are_those_of_the_handout(assignment: Assignment, handout: str) -> None:
    tests = collect(assignment)
    public = sum(test.points for test in tests if test.visibility is Visibility.PUBLIC)
    assert (len(tests), float(public)) == (27, 30)
    assert sum(test.points for test in tests) == sum(
        Decimal(points) for points in re.findall(r"^\| `.* \| (\d+) \|$", handout, re.M)
    )
    metrics = {metric.name: float(metric.points) for metric in assignment.metrics}
    assert metrics == {"accuracy_with": 8, "accuracy_without": 7}
    assert "100 points: 30 for public tests" in handout
    assert "and 70 for hidden tests" in handout

    table = dict(re.findall(r"^\| `(\w+)\(.*\| (\d+) \|$", handout, re.M))
    assert set(table) == {entry.name for entry in assignment.interface}
    of_function = dict.fromkeys(table, Decimal(0))
    for test in tests:
        # A title begins with the function that it is about; a metric is about train().
        name = "train" if test.metric else test.title.partition("(")[0]
        of_function[name] += test.points
    assert {name: str(points) for name, points in of_function.items()} == table


def test_every_test_has_a_title_and_a_hint(assignment: Assignment) -> None:
    for test in collect(assignment):
        assert test.title.endswith(".") or test.metric, test.id
        assert test.hint.endswith((".", "?")), test.id
