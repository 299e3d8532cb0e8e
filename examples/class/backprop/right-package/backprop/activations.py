"""Activations and their slopes; a slope is written with the activation, not with z."""

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z)) without overflow: only exponentials of negative numbers."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def relu(z):
    return np.maximum(z, 0.0)


ACTIVATIONS = {"sigmoid": sigmoid, "relu": relu}
SLOPES = {"sigmoid": lambda a: a * (1 - a), "relu": lambda a: np.sign(a)}
