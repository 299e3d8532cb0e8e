import numpy as np

from .math_helpers import heaviside, with_minus_one


class Perceptron:
    """See the handout."""

    def __init__(self, eta=0.5, epochs=10, weights=None, seed=0):
        self.eta = eta
        self.epochs = epochs
        self.seed = seed
        self.weights = weights if weights is None else np.array(weights, float)
        self._start = self.weights
        self.history = []

    def fit(self, X, y):
        A = with_minus_one(X)
        y = np.asarray(y)
        if np.setdiff1d(y, [0, 1]).size > 0:
            raise ValueError("y may only contain 0 and 1")
        w = self._start
        if w is None:
            w = np.random.default_rng(self.seed).uniform(-0.01, 0.01, A.shape[1])
        self.history = []
        for _ in range(self.epochs):
            w = w + self.eta * (y - heaviside(A @ w)) @ A
            self.history.append(w)
        self.weights = w
        return self

    def predict(self, X):
        return heaviside(with_minus_one(X) @ self.weights)
