import numpy as np

from .neuron import Perceptron

X4 = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TRUTH = {"or": X4.max(axis=1), "and": X4.min(axis=1), "nand": 1 - X4.min(axis=1)}


def is_separable(X, y, epochs=1000):
    return bool(np.array_equal(Perceptron(epochs=epochs).fit(X, y).predict(X), np.asarray(y)))


def xor_network(X):
    p = {name: Perceptron(epochs=60).fit(X4, y) for name, y in TRUTH.items()}
    layer1 = np.c_[p["or"].predict(X), p["nand"].predict(X)]
    return p["and"].predict(layer1)
