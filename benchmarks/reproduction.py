"""The course notes' headline results, run again on the published data.

    python benchmarks/reproduction.py [ASSIGNMENT ...]

prints the tables of docs/reproduction.md as Markdown, all of them or those that are named. The
published files must be there: `grader data fetch`, or GRADER_DATA_DIR. Everything is computed with
the reference solutions; what the notes did otherwise is said in the tables.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before Keras is imported

import numpy as np

from grader.datasets import load

ROOT = Path(__file__).resolve().parents[1]
FRAMEWORKS = {
    "numpy": "solution.py",
    "Keras": "variants/right/keras.py",
    "PyTorch": "variants/right/pytorch.py",
}


def solution(assignment: str, variant: str = "solution.py") -> ModuleType:
    """Import a reference solution, or one of its variants, as a module of its own."""
    path = ROOT / "reference" / assignment / variant
    spec = importlib.util.spec_from_file_location(f"{assignment}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("|", " | ".join(head), "|")
    print("|" + "---|" * len(head))
    for row in rows:
        print("|", " | ".join(map(str, row)), "|")
    print()


def spread(values: Sequence[float], digits: int = 3) -> str:
    """Return mean, standard deviation and range as text."""
    found = (np.mean(values), np.std(values, ddof=1), min(values), max(values))
    mean, deviation, low, high = (f"{value:.{digits}f}" for value in found)
    return f"{mean} ± {deviation} ({low}–{high})"


# --- wine -------------------------------------------------------------------------------------


def wine() -> None:
    """Good or bad red wine: the notes report test accuracy 0.7400 and loss 0.5381."""
    from sklearn.model_selection import train_test_split

    published = load("wine")
    X, y = published.features, published.target
    rows = np.arange(len(y))
    full, test = train_test_split(rows, random_state=42)
    train, valid = train_test_split(full, random_state=42)
    reference = solution("wine")
    scaled = reference.preprocess(X[train], X[valid], X[test])
    print(
        f"Rows: {len(train)} / {len(valid)} / {len(test)}; test wines bad / good: "
        f"{np.bincount(y[test]).tolist()}; first scaled test row: {np.round(scaled[2][0][:3], 8)}\n"
    )

    head = ("", "runs", "test accuracy", "test loss", "loss of epoch 1", "epochs")
    lines: list[Sequence[object]] = [
        ("course notes", 1, "0.7400", "0.5381", "0.4931", 9),
    ]
    for name, variant in FRAMEWORKS.items():
        module = solution("wine", variant)
        runs = [_wine(module, X, y, (train, valid, test), seed) for seed in range(10)]
        lines.append((f"the notes' split, {name}", len(runs), *_columns(runs)))
    runs = [_wine_twice(X, y, (train, valid, test), seed) for seed in range(10)]
    lines.append(("the notes' split, numpy, `fit` a second time", len(runs), *_columns(runs)))
    runs = [_wine(reference, X, y, _parts(rows, seed), seed) for seed in range(30)]
    lines.append(("other splits, numpy", len(runs), *_columns(runs)))
    _, first = np.unique(np.column_stack([X, y]), axis=0, return_index=True)
    runs = []
    for seed in range(30):
        runs.append(_wine(reference, X, y, _parts(first, seed), seed))
    title = f"other splits without repeated rows ({len(first)} wines), numpy"
    lines.append((title, len(runs), *_columns(runs)))
    table(head, lines)

    majority = max(np.bincount(y[test])) / len(test)
    known = {(*row, label) for row, label in zip(X[full], y[full], strict=True)}
    repeated = np.mean(
        [(*row, label) in known for row, label in zip(X[test], y[test], strict=True)]
    )
    error = np.sqrt(0.74 * 0.26 / len(test))
    print(f"Always “good” on the notes' test rows: {majority:.4f}.")
    print(f"Share of test rows that stand among the others, too: {repeated:.3f}.")
    print(f"Standard error of an accuracy of 0.74 over {len(test)} wines: {error:.4f}.\n")


Run = tuple[float, float, float, int]


def _parts(rows: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """Split rows at random into parts of the notes' proportions, 9/16, 3/16 and 1/4."""
    order = np.random.default_rng(seed).permutation(rows)
    return tuple(np.split(order, [len(order) * 9 // 16, len(order) * 3 // 4]))


def _wine(
    module: ModuleType, X: np.ndarray, y: np.ndarray, parts: Sequence[np.ndarray], seed: int
) -> Run:
    """Train once; return test accuracy, test loss, loss of the first epoch, number of epochs."""
    train, valid, test = parts
    arrays = module.preprocess(X[train], X[valid], X[test])
    model, history = module.train(arrays[0], y[train], arrays[1], y[valid], seed=seed)
    found = module.evaluate(y[test], module.predict_proba(model, arrays[2]))
    loss = history["loss"]
    return float(found["accuracy"]), float(found["log_loss"]), loss[0], len(loss)


def _wine_twice(X: np.ndarray, y: np.ndarray, parts: Sequence[np.ndarray], seed: int) -> Run:
    """Train, and go on with the trained network as a second call of Keras' `fit` does."""
    module = solution("wine")
    train, valid, test = parts
    arrays = module.preprocess(X[train], X[valid], X[test])
    model, _ = module.train(arrays[0], y[train], arrays[1], y[valid], seed=seed)
    setattr(module, "build_model", lambda *_: model)  # noqa: B010 - a module's name
    return _wine(module, X, y, parts, seed + 1000)


def _columns(runs: Sequence[Run]) -> tuple[str, ...]:
    accuracy, loss, first, epochs = zip(*runs, strict=True)
    return spread(accuracy), spread(loss), spread(first), f"{min(epochs)}–{max(epochs)}"


# --- optimizers -------------------------------------------------------------------------------

_COMPARED = {  # every one with learning rate 0.01 and Keras's constants, as in the notes
    "SGD": ("SGD", {}),
    "Adam": ("Adam", {"eps": 1e-7}),
    "RMSprop": ("RMSprop", {"alpha": 0.9, "eps": 1e-7}),
}
_JUDGED = ("val_loss", "val_accuracy", "test_accuracy")
_NOTES = {  # last epoch: training and validation accuracy, training and validation loss
    "SGD": (0.9465, 0.9560, 0.1883, 0.1530),
    "Adam": (0.9549, 0.9591, 0.1803, 0.2242),
    "RMSprop": (0.9576, 0.9645, 0.3231, 0.4432),
}


def optimizers(seeds: int = 3) -> None:
    """Three optimizers on MNIST, one learning rate for all: which loss is lowest?"""
    mnist = load("mnist")
    X, y = mnist.features.astype(np.float32), mnist.target
    head = ("10 epochs", "runs", "training accuracy", "accuracy", "training loss", "loss")
    lines: list[Sequence[object]] = []
    losses, accuracies = [], []
    for name in _COMPARED:
        lines.append((f"{name}, course notes", 1, *(f"{value:.4f}" for value in _NOTES[name])))
        runs = [_mnist(name, X, y, batch=32, seed=seed) for seed in range(seeds)]
        lines.append(
            (f"{name}, ours", seeds, *(spread(column) for column in zip(*runs, strict=True)))
        )
        accuracies.append([run[1] for run in runs])
        losses.append([run[3] for run in runs])
    lines.append(("Adam, batches of 64, course notes", 1, "0.9645", "0.9666", "0.1301", "0.1537"))
    runs = [_mnist("Adam", X, y, batch=64, seed=seed) for seed in range(seeds)]
    lines.append(
        (
            "Adam, batches of 64, ours",
            seeds,
            *(spread(column) for column in zip(*runs, strict=True)),
        )
    )
    table(head, lines)
    names = np.array(list(_COMPARED))
    for seed in range(seeds):
        by_loss = " < ".join(names[np.argsort([loss[seed] for loss in losses])])
        by_accuracy = " < ".join(names[np.argsort([right[seed] for right in accuracies])])
        print(f"Seed {seed}: loss {by_loss}; accuracy {by_accuracy}.")
    print()
    _compared_on_mnist(X, y, seeds)


def _mnist(
    name: str, X: np.ndarray, y: np.ndarray, *, batch: int, seed: int
) -> tuple[float, float, float, float]:
    """Train 784-128-10 with dropout of 0.2 as the notes do, on the 60 000 training images.

    The validation rows are the 10 000 test images. As in Keras, the training figures are means
    over the last epoch with dropout on, the validation figures those of the network after it.

    Returns:
        Training accuracy, validation accuracy, training loss, validation loss.
    """
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10))
    for layer in (model[0], model[3]):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    kind, options = _COMPARED[name]
    optimizer = getattr(torch.optim, kind)(model.parameters(), lr=0.01, **options)
    inputs, labels = torch.from_numpy(X), torch.from_numpy(y)
    loss = right = 0.0
    for _ in range(10):
        loss = right = 0.0
        for rows in torch.randperm(60_000).split(batch):
            optimizer.zero_grad()
            scores = model(inputs[rows])
            value = nn.functional.cross_entropy(scores, labels[rows])
            value.backward()
            optimizer.step()
            loss += value.item() * len(rows)
            right += (scores.argmax(dim=1) == labels[rows]).sum().item()
    model.eval()
    with torch.no_grad():
        scores, truth = model(inputs[60_000:]), labels[60_000:]
        return (
            right / 60_000,
            (scores.argmax(dim=1) == truth).float().mean().item(),
            loss / 60_000,
            nn.functional.cross_entropy(scores, truth).item(),
        )


def _compared_on_mnist(X: np.ndarray, y: np.ndarray, seeds: int) -> None:
    """Run the assignment's own comparison, in numpy, on all 70 000 images."""
    reference = solution("optimizers")
    X = X.astype(np.float64)
    head = ("`compare` on MNIST", "lr", "runs", "loss", "accuracy", "test accuracy", "CPU s each")
    lines = []
    for name in reference.UPDATES:
        began = time.process_time()
        rows = reference.compare([name], X, y, list(range(seeds)))
        cost = (time.process_time() - began) / seeds
        columns = ([row[key] for row in rows] for key in _JUDGED)
        lines.append((name, rows[0]["lr"], seeds, *map(spread, columns), f"{cost:.0f}"))
    table(head, lines)


# --- batchnorm --------------------------------------------------------------------------------


def batchnorm(seeds: int = 5) -> None:
    """Batch normalization on MNIST: the notes report 97.96 % with and 97.92 % without."""
    from scipy import stats

    mnist = load("mnist")
    # As the notes: the first 5000 images are for validation, the last 10 000 for the test.
    (_, X, X_test), (_, y, y_test) = (
        np.split(array, [5_000, 60_000]) for array in (mnist.features, mnist.target)
    )
    module = solution("batchnorm", FRAMEWORKS["PyTorch"])
    lines: list[Sequence[object]] = [
        ("accuracy, %", "course notes", 1, "97.96", "97.92", "0.04", "–", "–"),
        ("loss", "course notes", 1, "0.0748", "0.0877", "-0.0129", "–", "–"),
    ]
    for name, build in (("as the notes", _as_the_notes), ("reference", module.build_model)):
        runs = np.array(
            [
                [
                    _ablated(module, build(norm, seed), X, y, X_test, y_test, seed)
                    for seed in range(seeds)
                ]
                for norm in (True, False)
            ]
        )
        for measure, digits, (with_, without) in zip(
            ("accuracy, %", "loss"), (2, 4), runs.transpose(2, 0, 1), strict=True
        ):
            columns = (spread(list(c), digits) for c in (with_, without, with_ - without))
            test = stats.ttest_rel(with_, without)
            tested = f"{test.statistic:.2f}", f"{test.pvalue:.3f}"
            lines.append((measure, f"{name}, PyTorch", seeds, *columns, *tested))
    table(
        ("10 epochs", "", "runs", "with", "without", "difference", "t", "p"),
        sorted(lines, key=lambda line: str(line[0])),
    )


def _as_the_notes(norm: bool, seed: int) -> Any:
    """Build 784-300-100-10 with Keras' defaults and batch normalization after the ReLU."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise((784, 300, 100, 10)):
        linear = nn.Linear(n_in, n_out)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers.append(linear)
        if n_out > 10:
            layers.append(nn.ReLU())
            layers += [nn.BatchNorm1d(n_out, eps=1e-3, momentum=0.01)] if norm else []
    return nn.Sequential(*layers)


def _ablated(
    module: ModuleType,
    model: Any,
    X: np.ndarray,
    y: np.ndarray,
    X_test: np.ndarray,
    y_test: np.ndarray,
    seed: int,
) -> tuple[float, float]:
    """Train once, on one thread; return test accuracy in per cent and test loss."""
    import torch

    torch.set_num_threads(1)
    p = module.predict_proba(module.train(model, X, y, seed), X_test)
    loss = -np.log(p[np.arange(len(y_test)), y_test].clip(1e-12)).mean()
    return 100 * float(np.mean(p.argmax(axis=1) == y_test)), float(loss)


# --- housing ----------------------------------------------------------------------------------


def housing() -> None:
    """California housing: the notes report test mean squared error 0.32176."""
    from sklearn.model_selection import train_test_split

    published = load("housing")
    X, y = published.features, published.target
    rows = np.arange(len(y))
    full, test = train_test_split(rows, random_state=42)
    train, valid = train_test_split(full, random_state=42)
    parts = train, valid, test
    scaled = solution("housing").preprocess(X[train], X[valid], X[test])
    steps = [-(-len(part) // 32) for part in (train, full)]
    print(
        f"Rows: {len(train)} / {len(valid)} / {len(test)}, together {len(full)} to train and "
        f"validate; {steps[0]} steps per epoch; first scaled test row: "
        f"{np.round(scaled[2][0][:3], 8)}\n"
    )

    head = ("", "runs", "test MSE", "test R2", "loss of epoch 1", "best val_loss", "epochs")
    lines: list[Sequence[object]] = [
        ("course notes", 1, "0.3218", "", "0.7655", "0.3282", 20),
        ("course notes, “model with callback”", 1, "", "", "0.3214", "0.3194", 15),
    ]
    recipes = [_housing_by_recipe(scaled, y, parts, seed) for seed in range(10)]
    first, again, anew = zip(*recipes, strict=True)
    lines.append(("the notes' recipe, numpy", 10, *_housing_columns(first)))
    lines.append(("… the same layers trained on, rate 0.001", 10, *_housing_columns(again)))
    lines.append(("… new layers, rate 0.001", 10, *_housing_columns(anew)))
    for name, variant in FRAMEWORKS.items():
        module = solution("housing", variant)
        runs = [_housing(module, X, y, parts, seed) for seed in range(5)]
        lines.append((f"the notes' split, {name} reference", 5, *_housing_columns(runs)))
    module = solution("housing")
    runs = [_housing(module, X, y, _parts(rows, seed), seed) for seed in range(30)]
    lines.append(("other splits, numpy reference", 30, *_housing_columns(runs)))
    table(head, lines)

    print(f"MSE of the mean price on the notes' test rows: {np.var(y[test]):.3f}.")
    print(f"MSE of the answer 1 on the notes' test rows: {np.mean((y[test] - 1) ** 2):.3f}.\n")


class House(NamedTuple):
    """One training on the published housing table."""

    mse: float
    r2: float
    loss: float
    val_loss: float
    epochs: int


def _housing(
    module: ModuleType, X: np.ndarray, y: np.ndarray, parts: Sequence[np.ndarray], seed: int
) -> House:
    """Train a reference once."""
    train, valid, test = parts
    arrays = module.preprocess(X[train], X[valid], X[test])
    model, history = module.train(arrays[0], y[train], arrays[1], y[valid], seed=seed)
    return _house(module.predict(model, arrays[2]), y[test], history)


def _housing_by_recipe(
    scaled: Sequence[np.ndarray], y: np.ndarray, parts: Sequence[np.ndarray], seed: int
) -> tuple[House, House, House]:
    """Train as the notes say, go on with the trained layers, and begin anew at that rate.

    Plain gradient descent in batches of 32 from Keras' default start, and the last weights: rate
    0.01 for 20 epochs; then 0.001 for at most 20 epochs with patience 5.
    """
    module = solution("housing")

    class Plain(module.Network):  # type: ignore[misc, name-defined]
        params: list[np.ndarray]

        def __init__(self, seed: int) -> None:
            super().__init__(8, seed)
            rng = np.random.default_rng(seed)
            for number, param in enumerate(self.params):
                limit = np.sqrt(6 / sum(param.shape)) if param.ndim == 2 else 0.0
                self.params[number] = rng.uniform(-limit, limit, size=param.shape)

        def _adam(self, gradients: list[np.ndarray], lr: float) -> None:
            steps = zip(self.params, gradients, strict=True)
            self.params = [param - lr * gradient for param, gradient in steps]

    train, valid, test = (y[part] for part in parts)

    def fit(network: Plain, lr: float, patience: int) -> House:
        rng = np.random.default_rng([seed, 1])
        history: dict[str, list[float]] = {"loss": [], "val_loss": []}
        for epoch in range(20):
            order, total = rng.permutation(len(train)), 0.0
            for rows in np.split(order, range(32, len(order), 32)):
                total += len(rows) * network.learn(scaled[0][rows], train[rows], lr)
            history["loss"].append(total / len(train))
            error = module.predict(network, scaled[1]) - valid
            history["val_loss"].append(float(np.mean(error**2)))
            if epoch - int(np.argmin(history["val_loss"])) == patience:
                break
        return _house(module.predict(network, scaled[2]), test, history)

    network = Plain(seed)
    return fit(network, 0.01, 20), fit(network, 0.001, 5), fit(Plain(seed), 0.001, 5)


def _house(y_pred: np.ndarray, y: np.ndarray, history: dict[str, list[float]]) -> House:
    mse, loss = float(np.mean((y - y_pred) ** 2)), history["loss"]
    r2 = 1 - mse / float(np.var(y))
    return House(mse, r2, loss[0], min(history["val_loss"]), len(loss))


def _housing_columns(runs: Sequence[House]) -> tuple[str, ...]:
    mse, r2, loss, val_loss, epochs = zip(*runs, strict=True)
    columns = (spread(values) for values in (mse, r2, loss, val_loss))
    return *columns, f"{min(epochs)}–{max(epochs)}"


REPRODUCTIONS: dict[str, Callable[[], None]] = {
    "wine": wine,
    "housing": housing,
    "optimizers": optimizers,
    "batchnorm": batchnorm,
}


def main() -> None:
    """Run what the command line names, or everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    names = parser.parse_args().assignments or list(REPRODUCTIONS)
    for name in names:
        if name not in REPRODUCTIONS:
            parser.error(f"no {name!r} here; there are {', '.join(REPRODUCTIONS)}")
    for name in names:
        print(f"## {name}\n")
        REPRODUCTIONS[name]()


if __name__ == "__main__":
    main()
