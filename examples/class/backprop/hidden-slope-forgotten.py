"""Backprop"""

import numpy as np


def sigmoid(z):
    z = np.clip(z, -700, 700)   # exp(700) is still finite
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(a):
    # derivative, written with the activation a = sigmoid(z)
    return a * (1.0 - a)


def init_params(sizes, seed):
    np.random.seed(seed)
    params = {}
    for i, (rows, cols) in enumerate(zip(sizes[:-1], sizes[1:])):
        params['W' + str(i + 1)] = np.random.randn(rows, cols) / rows ** 0.5
        params['b' + str(i + 1)] = np.zeros((cols,))
    return params


def forward(params, X, hidden='sigmoid'):
    if hidden != 'sigmoid' and hidden != 'relu':
        raise ValueError('unknown activation: %s' % hidden)
    n_layers = len(params) // 2
    zs = []
    activations = [np.asarray(X, dtype=float)]
    for i in range(1, n_layers + 1):
        z = np.dot(activations[-1], params['W%d' % i]) + params['b%d' % i]
        zs.append(z)
        if hidden == 'relu' and i != n_layers:
            a = z * (z > 0)
        else:
            a = sigmoid(z)
        activations.append(a)
    cache = (zs, activations, hidden)
    return activations[-1], cache


def loss(output, y):
    squared = np.square(output - y)
    return 0.5 * squared.sum(axis=1).mean()


def backward(params, cache, y):
    zs, activations, hidden = cache
    n = y.shape[0]
    last = len(zs)
    grads = {}
    out = activations[-1]
    delta = (out - y) * sigmoid_prime(out) / n
    grads['dW%d' % last] = np.dot(activations[-2].T, delta)
    grads['db%d' % last] = np.sum(delta, axis=0)
    for i in range(last - 1, 0, -1):
        back = np.dot(delta, params['W%d' % (i + 1)].T)
        delta = back
        grads['dW%d' % i] = np.dot(activations[i - 1].T, delta)
        grads['db%d' % i] = np.sum(delta, axis=0)
    return grads


def train(params, X, y, lr, epochs):
    params = {k: np.array(v, dtype=float) for k, v in params.items()}   # own copies
    losses = []
    for _ in range(epochs):
        out, cache = forward(params, X)
        losses.append(loss(out, y))
        grads = backward(params, cache, y)
        for k in params:
            params[k] -= lr * grads['d' + k]
    return params, losses
