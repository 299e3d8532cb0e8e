"""Learns nothing from the rows: answers with the frequencies of the training labels."""

import numpy as np
import solution
from solution import *  # noqa: F403


def train(model, X, y, seed):
    """Count the labels."""
    model.frequencies = np.bincount(y, minlength=10) / len(y)
    return model


def predict_proba(model, X):
    """Return the same probabilities for every row."""
    return np.tile(model.frequencies, (len(X), 1))


solution.train, solution.predict_proba = train, predict_proba  # for its ablate()
