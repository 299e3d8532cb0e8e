"""Perceptron, written as functions first; the class at the end only wraps them."""
import numpy as np


def add_bias(X):
    X = np.asarray(X, dtype=np.float64)
    if X.ndim == 1:
        X = X[np.newaxis, :]
    return np.insert(X, X.shape[1], -1.0, axis=1)


def activate(Xb, w):
    return np.heaviside(Xb.dot(w), 0).astype(int)


def one_epoch(w, Xb, y, eta):
    """w after one epoch; w itself is not changed"""
    return w + eta * ((y - activate(Xb, w))[:, np.newaxis] * Xb).sum(axis=0)


def train(w, X, y, eta, epochs):
    Xb = add_bias(X)
    all_w = []
    for _ in range(epochs):
        w = one_epoch(w, Xb, y, eta)
        all_w.append(w)
    return w, all_w


def initial(n_features, seed):
    return np.random.RandomState(seed).normal(0, 0.002, n_features + 1).clip(-0.01, 0.01)


def check_labels(y):
    y = np.asarray(y, dtype=float)
    wrong = y[~np.isin(y, [0, 1])]
    if wrong.size:
        raise ValueError(f"labels must be 0 or 1, but there is {wrong[0]}")
    return y.astype(int)


class Perceptron:
    def __init__(self, eta=0.5, epochs=10, weights=None, seed=0):
        self.eta, self.epochs, self.seed = eta, epochs, seed
        self._given = None if weights is None else np.array(weights, dtype=float)
        self.weights, self.history = self._given, []

    def fit(self, X, y):
        y = check_labels(y)
        start = initial(np.shape(X)[1], self.seed) if self._given is None else self._given
        self.weights, self.history = train(start, X, y, self.eta, self.epochs)
        return self

    def predict(self, X):
        return activate(add_bias(X), self.weights)


def is_separable(X, y, epochs=1000):
    Xb, y = add_bias(X), check_labels(y)
    w = initial(Xb.shape[1] - 1, 0)
    for _ in range(epochs):
        if (activate(Xb, w) == y).all():
            return True
        w = one_epoch(w, Xb, y, 0.5)
    return bool((activate(Xb, w) == y).all())


def xor_network(X):
    table = [(0, 0), (0, 1), (1, 0), (1, 1)]

    def gate(labels):
        return Perceptron(epochs=25).fit(table, labels).predict

    OR, NAND, AND = gate([0, 1, 1, 1]), gate([1, 1, 1, 0]), gate([0, 0, 0, 1])
    return AND(np.column_stack((OR(X), NAND(X))))


if __name__ == "__main__":
    print(xor_network([(0, 0), (0, 1), (1, 0), (1, 1)]))
