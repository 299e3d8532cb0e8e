"""Californian house prices."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np
from reproduced.tables import FRAMEWORKS, notes_parts, random_parts, solution, spread, table

from grader.datasets import load


def housing() -> None:
    """California housing: the notes report test mean squared error 0.32176."""
    published = load("housing")
    X, y = published.features, published.target
    rows = np.arange(len(y))
    train, valid, test = parts = notes_parts(rows)
    full = len(train) + len(valid)
    scaled = solution("housing").preprocess(X[train], X[valid], X[test])
    steps = [-(-part // 32) for part in (len(train), full)]
    print(
        f"Rows: {len(train)} / {len(valid)} / {len(test)}, together {full} to train and "
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
    runs = [_housing(module, X, y, random_parts(rows, seed), seed) for seed in range(30)]
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
