"""With and without batch normalization on MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
from reproduced.tables import FRAMEWORKS, solution, spread, table

from grader.datasets import load


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
