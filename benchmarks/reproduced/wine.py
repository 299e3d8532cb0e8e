"""Wine: good or not."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
from reproduced.tables import FRAMEWORKS, notes_parts, random_parts, solution, spread, table

from grader.datasets import load


def wine() -> None:
    """Good or bad red wine: the notes report test accuracy 0.7400 and loss 0.5381."""
    published = load("wine")
    X, y = published.features, published.target
    rows = np.arange(len(y))
    train, valid, test = notes_parts(rows)
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
    runs = [_wine(reference, X, y, random_parts(rows, seed), seed) for seed in range(30)]
    lines.append(("other splits, numpy", len(runs), *_columns(runs)))
    _, first = np.unique(np.column_stack([X, y]), axis=0, return_index=True)
    runs = []
    for seed in range(30):
        runs.append(_wine(reference, X, y, random_parts(first, seed), seed))
    title = f"other splits without repeated rows ({len(first)} wines), numpy"
    lines.append((title, len(runs), *_columns(runs)))
    table(head, lines)

    majority = max(np.bincount(y[test])) / len(test)
    full = np.concatenate([train, valid])
    known = {(*row, label) for row, label in zip(X[full], y[full], strict=True)}
    repeated = np.mean(
        [(*row, label) in known for row, label in zip(X[test], y[test], strict=True)]
    )
    error = np.sqrt(0.74 * 0.26 / len(test))
    print(f"Always “good” on the notes' test rows: {majority:.4f}.")
    print(f"Share of test rows that stand among the others, too: {repeated:.3f}.")
    print(f"Standard error of an accuracy of 0.74 over {len(test)} wines: {error:.4f}.\n")


Run = tuple[float, float, float, int]


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
