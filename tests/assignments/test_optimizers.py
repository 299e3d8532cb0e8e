"""The assignment optimizers: its references, starter, figures, points and what its tests catch."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from grader.catalog import find_course, starter_checks
from grader.checks.runner import collect, run
from grader.model import Assignment, Grade, GradeStatus, Status, Verdict, Visibility
from grader.pipeline import Rules, grade_submission
from grader.release import stale_starter
from grader.sandbox import LocalHost, NurseryAddress, choose_level, connect, open_nursery
from grader.submission import discover, read

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference" / "optimizers"
SOLUTION = REFERENCE / "solution.py"
RIGHT = [SOLUTION, *sorted((REFERENCE / "variants" / "right").glob("*.py"))]
TESTS = ROOT / "assignments" / "optimizers" / "tests"


def imported(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return find_course(ROOT).assignment("optimizers")


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    return imported(SOLUTION, "optimizers_solution")


@pytest.fixture(scope="module")
def handout(assignment: Assignment) -> str:
    return (assignment.folder / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def nursery() -> Iterator[NurseryAddress]:
    with open_nursery(choose_level()) as address:
        yield address


TEXTBOOK = imported(TESTS / "hidden" / "textbook.py", "optimizers_textbook")


def public_figures(name: str) -> Any:
    """Return a table of the public tests, which only their own runner can import."""
    tree = ast.parse((TESTS / "public" / "test_optimizers.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"the public tests define no {name}")


def graded(
    path: Path, assignment: Assignment, nursery: NurseryAddress, secret: str = "first"
) -> Grade:
    [attempt] = discover([path], assignment=assignment.id)
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    with connect(nursery) as sandbox:
        rules = Rules(secret=secret)
        return grade_submission(submission, assignment, rules, sandbox=sandbox).grade


def lost(grade: Grade) -> dict[str, str]:
    return {v.id: v.message for v in grade.verdicts if v.points < v.max_points}


# --- references and starter -----------------------------------------------------------------


@pytest.mark.parametrize("secret", ["first", "second", "third"])
@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_every_reference_earns_everything(
    assignment: Assignment, nursery: NurseryAddress, path: Path, secret: str
) -> None:
    grade = graded(path, assignment, nursery, secret)
    assert lost(grade) == {}
    assert (float(grade.score), grade.status) == (100, GradeStatus.GRADED)


@pytest.mark.parametrize("name", ["optimizers.ipynb", "optimizers.py"])
def test_starter_fails_every_test(
    assignment: Assignment, nursery: NurseryAddress, name: str
) -> None:
    grade = graded(assignment.folder / "starter" / name, assignment, nursery)
    assert [v.id for v in grade.verdicts if v.points] == []
    assert (float(grade.score), float(grade.pending)) == (0, 0)
    assert grade.status is GradeStatus.GRADED


def test_starter_is_current(assignment: Assignment) -> None:
    assert stale_starter(assignment) == []


# --- trusted updates against torch.optim ----------------------------------------------------

TORCH: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": lambda w, lr: torch.optim.SGD(w, lr=lr),
    "momentum": lambda w, lr, beta=0.9: torch.optim.SGD(w, lr=lr, momentum=beta),
    "adagrad": lambda w, lr, eps=1e-10: torch.optim.Adagrad(w, lr=lr, eps=eps),
    "rmsprop": lambda w, lr, rho=0.9, eps=1e-8: torch.optim.RMSprop(w, lr=lr, alpha=rho, eps=eps),
    "adam": lambda w, lr, beta1=0.9, beta2=0.999, eps=1e-8: torch.optim.Adam(
        w, lr=lr, betas=(beta1, beta2), eps=eps
    ),
}
OPTIONS: dict[str, dict[str, float]] = {
    "sgd": {},
    "momentum": {"beta": 0.6},
    "adagrad": {"eps": 0.5},
    "rmsprop": {"rho": 0.7, "eps": 0.1},
    "adam": {"beta1": 0.8, "beta2": 0.95, "eps": 0.1},
}


def by_torch(
    name: str, loss: Callable[[torch.Tensor], torch.Tensor], start: np.ndarray, **options: float
) -> np.ndarray:
    """Follow torch.optim down a loss that torch itself differentiates, with a changing rate."""
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = TORCH[name]([w], RATES[0], **options)
    path = []
    for rate in RATES:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


RATES = np.array([5e-4, 3e-4, 4e-4, 2e-4, 6e-4, 1e-4, 5e-4, 5e-4, 3e-4, 7e-4])
A = np.random.default_rng(3).normal(size=(8, 4))
A[:, 1] = 0.0
B = np.random.default_rng(4).normal(size=(8, 3))


def valley(w: torch.Tensor) -> torch.Tensor:
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def valley_slope(w: np.ndarray) -> np.ndarray:
    a, b = w
    return np.array([-2 * (1 - a) - 400 * a * (b - a**2), 200 * (b - a**2)])


PROBLEMS: dict[str, tuple[Any, Any, np.ndarray]] = {
    "quadratic": (
        lambda w: (torch.tensor([0.5, 5.0, 1.5]) * w**2).sum(),
        lambda w: np.array([1.0, 10.0, 3.0]) * w,
        np.array([1.0, -2.0, 0.7]),
    ),
    "rosenbrock": (valley, valley_slope, np.array([-1.2, 1.0])),
    "matrix": (
        lambda w: ((torch.tensor(A) @ w - torch.tensor(B)) ** 2).sum() / 16,
        lambda w: A.T @ (A @ w - B) / 8,
        np.random.default_rng(5).normal(size=(4, 3)),
    ),
}


@pytest.mark.parametrize("options", [False, True], ids=["usual", "others"])
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", list(TORCH))
def test_textbook_is_torch(name: str, problem: str, options: bool) -> None:
    loss, slope, start = PROBLEMS[problem]
    chosen = OPTIONS[name] if options else {}
    expected = by_torch(name, loss, start, **chosen)
    update = TEXTBOOK.UPDATES[name]
    found = TEXTBOOK.trajectory(update, slope, start, len(RATES), RATES, **chosen)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


# --- what the tests of the updates catch ----------------------------------------------------

# In no other place can eps be seen, and without a gradient of 0 nobody misses it.
ABOUT_UPDATES = [
    "test_quadratic",
    "test_rosenbrock",
    "test_matrix",
    "test_other_options",
    "test_eps",
    "test_states_are_separate",
    "test_nothing_is_changed",
]
KNOWN = [(name, told) for name, mistakes in TEXTBOOK.MISTAKES.items() for told in mistakes]


def judged(
    assignment: Assignment, solution: ModuleType, only: list[str], **replaced: Any
) -> dict[str, Verdict]:
    """Run tests in this process on the reference with some functions replaced."""
    host = LocalHost({**vars(solution), **replaced})
    verdicts = run(assignment, host, make_reference=None, seed="0" * 64, only=only)
    return {verdict.id: verdict for verdict in verdicts}


@pytest.mark.parametrize(("name", "told"), KNOWN)
def test_known_mistakes_are_told_apart(
    assignment: Assignment, solution: ModuleType, name: str, told: str
) -> None:
    wrong = {name: TEXTBOOK.MISTAKES[name][told]}
    verdicts = judged(assignment, solution, ABOUT_UPDATES, **wrong)
    messages = [v.message for v in verdicts.values() if v.points < v.max_points]
    named = re.findall(
        rf"\[{name}\] These are the steps of {name}\(\) .*?: (.*)", "\n".join(messages)
    )
    assert told in named
    assert set(named) == {told}
    others = [v for v in verdicts.values() if f"[{name}]" not in v.message]
    assert all(v.status is Status.PASSED for v in others)


def test_the_textbook_itself_passes_also_in_single_precision(
    assignment: Assignment, solution: ModuleType
) -> None:
    def single(update: Callable[..., Any]) -> Callable[..., Any]:
        def rounded(w: np.ndarray, grad: np.ndarray, *rest: Any, **options: Any) -> Any:
            return update(w.astype(np.float32), grad.astype(np.float32), *rest, **options)

        return rounded

    replaced = {name: single(update) for name, update in TEXTBOOK.UPDATES.items()}
    for chosen in (TEXTBOOK.UPDATES, replaced):
        verdicts = judged(assignment, solution, ABOUT_UPDATES, **chosen)
        assert {v.id: v.message for v in verdicts.values() if v.points < v.max_points} == {}


# --- what the tests of compare catch --------------------------------------------------------


def test_training_that_never_ends_costs_only_its_own_tests(
    assignment: Assignment, nursery: NurseryAddress, tmp_path: Path
) -> None:
    path = tmp_path / "optimizers.py"
    endless = "\n\ndef compare(names, X, y, seeds):\n    while True:\n        pass\n"
    path.write_text(SOLUTION.read_text("utf-8") + endless, encoding="utf-8")
    short = assignment.limits.model_copy(update={"call_seconds": 0.5})
    grade = graded(path, assignment.model_copy(update={"limits": short}), nursery)
    failed = {v.id for v in grade.verdicts if v.points < v.max_points}
    timed_out = {v.id for v in grade.verdicts if v.status is Status.TIMEOUT}
    assert "test_compare_makes_a_row" in timed_out
    assert not failed & {*ABOUT_UPDATES, "test_five_steps_by_hand", "test_mean_over_the_seeds"}
    assert grade.status is GradeStatus.GRADED


def test_luck_and_leak_lie_far_apart(solution: ModuleType) -> None:
    """The bound of 0.28 on permuted labels: honest runs stay below, a leak is far above."""
    from grader.datasets import draw

    leak = dict(vars(solution))
    source = (REFERENCE / "variants" / "wrong" / "trained_on_all_rows.py").read_text("utf-8")
    source = source.replace("import solution\nfrom solution import *  # noqa: F403\n", "")
    exec(compile(source, "trained_on_all_rows.py", "exec"), leak | {"solution": solution}, leak)
    honest, leaking = [], []
    for seed in range(8):
        data = draw("digits", train=1000, valid=500, test=1, seed=seed)
        marked = np.hstack([0.25 * data.X_valid, np.eye(500)])
        labels = np.random.default_rng(seed).permutation(data.y_valid)
        [row] = solution.compare(["adam"], marked, labels, [0])
        honest += [row["val_accuracy"], row["test_accuracy"]]
        [row] = leak["compare"](["adam"], marked, labels, [0])
        leaking += [row["val_accuracy"], row["test_accuracy"]]
    assert max(honest) < 0.22
    assert min(leaking) > 0.9


# --- specification and figures --------------------------------------------------------------


def test_examples_of_the_interface_hold(assignment: Assignment, solution: ModuleType) -> None:
    names = {**vars(solution), "np": np}
    for entry in assignment.interface:
        assert entry.example is not None, entry.name
        answer = eval(entry.example.call, names)  # our own specification
        expected = eval(entry.example.answer, names)
        if isinstance(expected, np.ndarray):
            np.testing.assert_allclose(answer, expected, rtol=1e-9, err_msg=entry.name)
        else:
            assert answer == expected, entry.name


def test_points_are_those_of_the_handout(assignment: Assignment, handout: str) -> None:
    tests = collect(assignment)
    public = sum(test.points for test in tests if test.visibility is Visibility.PUBLIC)
    metrics = {test.id: test.points for test in tests if test.metric}
    assert (float(public), float(sum(metrics.values()))) == (30, 15)
    assert "30 for public tests" in handout
    assert "55 for hidden tests and 15" in handout
    assert [float(points) for points in metrics.values()] == [8, 7]

    # Each test's points by the cases that it has, as the tables in the test files give them.
    with_state = ["momentum", "adagrad", "rmsprop", "adam"]
    five = ["sgd", *with_state]
    subjects = {
        "test_five_steps_by_hand": five,
        "test_every_entry_for_itself": ["momentum", "adam"],
        "test_eps": ["adagrad", "rmsprop", "adam"],
        "test_states_are_separate": with_state,
    }
    of_function: dict[str, Decimal] = dict.fromkeys([*five, "compare", "best"], Decimal(0))
    for test in tests:
        if test.id in metrics:
            continue
        if test.id == "test_what_cannot_be_answered_is_refused":
            of_function["best"] += test.points * Decimal("0.7")
            of_function["compare"] += test.points * Decimal("0.3")
            continue
        named = re.match(r"(best|compare)\(\)", test.title)
        for name in [named[1]] if named else (cases := subjects.get(test.id, five)):
            of_function[name] += test.points / (1 if named else len(cases))
    table = dict(re.findall(r"^\| `(\w+)\(.*\| ([\d.]+)(?:, and 15.*)? \|$", handout, re.M))
    assert {name: float(points) for name, points in of_function.items()} == {
        name: float(points) for name, points in table.items()
    }


def test_every_test_has_a_title_and_a_hint(assignment: Assignment) -> None:
    for test in collect(assignment):
        assert test.metric or test.title.endswith("."), test.id
        assert test.hint.endswith((".", "?")), test.id


def descent(update: Any) -> list[float]:
    path = TEXTBOOK.trajectory(update, lambda w: 2 * w, np.array([1.0]), 5, 0.1)
    return [float(w) for w in path.ravel()]


@pytest.mark.parametrize("name", list(TORCH))
def test_five_steps_of_the_handout(handout: str, name: str) -> None:
    exact = descent(TEXTBOOK.UPDATES[name])
    section = handout.partition("### Figures")[2]
    line = re.search(rf"^    {name}((?: +-?[\d.]+){{5}})$", section, re.M)
    assert line is not None
    for printed in (public_figures("STEPS")[name], [float(text) for text in line[1].split()]):
        np.testing.assert_allclose(printed, exact, rtol=0, atol=6e-7)


def test_mistakes_of_the_public_test_take_the_steps_that_it_says() -> None:
    known = {
        tuple(np.round(descent(update), 6))
        for mistakes in TEXTBOOK.MISTAKES.values()
        for update in mistakes.values()
    }
    for name, mistakes in public_figures("MISTAKES").items():
        for told, steps in mistakes.items():
            assert np.abs(np.array(steps) - public_figures("STEPS")[name]).max() > 1e-3, told
            near = [np.abs(np.array(steps) - other).max() < 2e-6 for other in known]
            assert any(near), (name, told)


def test_ill_judged_winner_of_the_printed_table(handout: str, solution: ModuleType) -> None:
    found = re.findall(r"^\| (\w+) \| ([\d.]+) % \| ([\d.]+) \|$", handout, re.M)
    rows = [
        {"optimizer": name.lower(), "val_accuracy": float(accuracy), "val_loss": float(loss)}
        for name, accuracy, loss in found
    ]
    assert len(rows) == 3
    assert solution.best(rows, by="val_accuracy") == "rmsprop"
    assert solution.best(rows, by="val_loss") == "sgd"
    assert max(rows, key=lambda row: row["val_loss"])["optimizer"] == "rmsprop"
