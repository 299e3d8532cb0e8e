"""Three optimizers on MNIST."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from reproduced.tables import solution, spread, table

from grader.datasets import load

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
