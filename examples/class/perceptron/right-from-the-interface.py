from dataclasses import dataclass, field
from itertools import product

import numpy as np

CORNERS = tuple(product((0, 1), repeat=2))


def extended(X):
    rows = np.array(X, dtype=float, ndmin=2)
    return np.pad(rows, ((0, 0), (0, 1)), constant_values=-1)


@dataclass(eq=False)
class Perceptron:
    eta: float = 0.5
    epochs: int = 10
    weights: object = None
    seed: int = 0
    history: list = field(default_factory=list, init=False, repr=False)

    def __post_init__(self):
        if self.weights is not None:
            self.weights = np.array(self.weights, dtype=float)
        self._first = self.weights

    def _begin(self, size):
        if self._first is not None:
            return self._first
        return np.random.default_rng([self.seed, size]).uniform(-0.01, 0.01, size)

    def fit(self, X, y):
        rows, labels = extended(X), np.array(y)
        if set(labels.tolist()) - {0, 1}:
            raise ValueError(f"only 0 and 1 are labels, not {sorted(set(labels.tolist()) - {0, 1})}")
        self.weights, self.history = self._begin(rows.shape[1]), []
        for _ in range(self.epochs):
            wrong_by = labels - (rows @ self.weights > 0)
            self.weights = self.weights + self.eta * np.einsum("i,ij->j", wrong_by, rows)
            self.history.append(self.weights)
        return self

    def predict(self, X):
        return np.where(extended(X) @ self.weights > 0, 1, 0)


def is_separable(X, y, epochs=1000):
    labels = np.array(y)
    learner = Perceptron(epochs=epochs).fit(X, labels)
    return not np.any(learner.predict(X) != labels)


def xor_network(X):
    def gate(truth):
        return Perceptron(epochs=50, weights=(0, 0, 0)).fit(CORNERS, truth).predict

    either, not_both, both = gate((0, 1, 1, 1)), gate((1, 1, 1, 0)), gate((0, 0, 0, 1))
    return both(np.transpose([either(X), not_both(X)]))
