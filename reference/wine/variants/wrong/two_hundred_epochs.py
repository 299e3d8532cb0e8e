"""Known mistake: no early stopping, 200 epochs, the last weights.

Earns points because: overfitting costs a network of this size little accuracy; the log loss, which
punishes false certainty, falls to half of its points. The tests of early stopping and of the best
weights take theirs.
"""

import numpy as np
import solution
from solution import *  # noqa: F403 - a variant is the solution but for what follows


def train(X_train, y_train, X_valid, y_valid, seed):
    """Train for long."""
    model, optimizer = build_model(X_train.shape[1], seed), solution.Adam()  # noqa: F405
    rng = np.random.default_rng(seed)
    history = {"loss": [], "val_loss": [], "accuracy": [], "val_accuracy": []}
    for _ in range(200):
        order = rng.permutation(len(X_train))
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            gradients, _ = model.gradients(X_train[batch], y_train[batch])
            optimizer.step(model, gradients, len(batch))
    for prefix, X, y in (("", X_train, y_train), ("val_", X_valid, y_valid)):
        measures = evaluate(y, predict_proba(model, X))  # noqa: F405
        # The history would have 200 entries; the tests that look at it are others.
        history[f"{prefix}loss"] = [0.7, measures["log_loss"]]
        history[f"{prefix}accuracy"] = [0.5, measures["accuracy"]]
    return model, history
