"""Known mistake: predicted classes, 0 or 1, are returned where probabilities were asked for."""

from solution import *  # noqa: F403 - a variant is the solution but for what follows


def predict_proba(model, X):
    """Return classes."""
    _, p = model.activations(X)
    return (p > 0.5).astype(float)
