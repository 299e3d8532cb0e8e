"""Trivial: every wine gets the share of good wines among the training rows."""

import numpy as np
from solution import evaluate, n_parameters, preprocess  # noqa: F401


def build_model(n_features, seed):
    """Return one half, the answer without any data."""
    return {"share": 0.5}


def train(X_train, y_train, X_valid, y_valid, seed):
    """Count."""
    share = float(np.mean(y_train))
    scores = [evaluate(y, np.full(len(y), share)) for y in (y_train, y_valid)]
    keys = ("loss", "log_loss"), ("accuracy", "accuracy")
    history = {name: [scores[0][key]] for name, key in keys}
    history |= {f"val_{name}": [scores[1][key]] for name, key in keys}
    return {"share": share}, history


def predict_proba(model, X):
    """Return the same for all."""
    return np.full(len(X), model["share"])
