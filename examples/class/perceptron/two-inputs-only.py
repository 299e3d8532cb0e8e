# Perceptron implementation using Python

import numpy as np

class Perceptron:

    def __init__(self, eta=0.5, epochs=10, weights=None, seed=0):
        self.eta = eta  # learning rate
        self.epochs = epochs  # iterations
        self.seed = seed
        self.initial = weights
        self.weights = None if weights is None else np.array(weights, dtype=float)
        self.history = []

    def activationFunction(self, inputs, weights):
        z = np.dot(inputs, weights)  # z = W * X
        return np.where(z > 0, 1, 0)

    def fit(self, X, y):
        self.X = np.atleast_2d(np.array(X, dtype=float))
        self.y = np.array(y)
        if not np.isin(self.y, [0, 1]).all():
            raise ValueError("y has to be 0 or 1")
        X_with_bias = np.c_[self.X, -np.ones((len(self.X), 1))]
        if self.initial is None:
            np.random.seed(self.seed)
            self.weights = np.random.uniform(-1, 1, 3) * 1e-4
        else:
            self.weights = np.array(self.initial, dtype=float)
        self.history = []
        for epoch in range(self.epochs):
            y_hat = self.activationFunction(X_with_bias, self.weights)  # forward propagation
            self.error = self.y - y_hat
            self.weights = self.weights + self.eta * np.dot(X_with_bias.T, self.error)  # weight update rule
            self.history.append(self.weights)
        return self

    def predict(self, X):
        X = np.atleast_2d(np.array(X, dtype=float))
        X_with_bias = np.c_[X, -np.ones((len(X), 1))]
        return self.activationFunction(X_with_bias, self.weights)

# ## The gates

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y_and = np.array([0, 0, 0, 1])
y_or = np.array([0, 1, 1, 1])
y_nand = np.array([1, 1, 1, 0])
y_xor = np.array([0, 1, 1, 0])

model = Perceptron(eta=0.5, epochs=10)
model.fit(X, y_and)
print("AND", model.predict(X), model.weights)

def is_separable(X, y, epochs=1000):
    model = Perceptron(epochs=epochs)
    model.fit(X, y)
    return bool((model.predict(X) == np.array(y)).all())

def xor_network(X_new):
    layer_1 = []
    for labels in (y_or, y_nand):
        gate = Perceptron(epochs=50)
        gate.fit(X, labels)
        layer_1.append(gate.predict(X_new))
    gate = Perceptron(epochs=50)
    gate.fit(X, y_and)
    return gate.predict(np.array(layer_1).T)
