"""Trivial: every district gets the mean price of the training rows."""

import numpy as np
from solution import evaluate, n_parameters, preprocess  # noqa: F401


def build_model(n_features, seed):
    """Return 0, the answer without any data."""
    return {"price": 0.0}


def train(X_train, y_train, X_valid, y_valid, seed):
    """Take the mean."""
    price = float(np.mean(y_train))
    losses = [float(np.mean((y - price) ** 2)) for y in (y_train, y_valid)]
    return {"price": price}, {"loss": losses[:1], "val_loss": losses[1:]}


def predict(model, X):
    """Return the same for all."""
    return np.full(len(X), model["price"])
