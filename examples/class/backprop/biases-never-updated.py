"""Backpropagation, assignment 2"""

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z)) without overflow: only exponentials of negative numbers."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def init_params(sizes, seed):
    """Random weights of spread 1/sqrt(n_in), zero biases."""
    rng = np.random.default_rng(seed)
    params = {}
    for l in range(1, len(sizes)):
        n_in, n_out = sizes[l - 1], sizes[l]
        params[f"W{l}"] = rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)
        params[f"b{l}"] = np.zeros(n_out)
    return params


def forward(params, X, hidden="sigmoid"):
    if hidden not in ("sigmoid", "relu"):
        raise ValueError("hidden must be sigmoid or relu, got " + repr(hidden))
    L = len(params) // 2
    A = [X]
    for l in range(1, L + 1):
        Z = A[-1] @ params[f"W{l}"] + params[f"b{l}"]
        if l < L and hidden == "relu":
            A.append(np.maximum(Z, 0))
        else:
            A.append(sigmoid(Z))
    return A[-1], {"A": A, "hidden": hidden}


def loss(output, y):
    n = len(y)
    return float(np.sum((output - y) ** 2) / (2 * n))


def backward(params, cache, y):
    A, hidden = cache["A"], cache["hidden"]
    L = len(params) // 2
    n = len(y)
    grads = {}
    D = (A[L] - y) / n * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        grads[f"dW{l}"] = A[l - 1].T @ D
        grads[f"db{l}"] = D.sum(axis=0)
        if l > 1:
            slope = (A[l - 1] > 0) if hidden == "relu" else A[l - 1] * (1 - A[l - 1])
            D = (D @ params[f"W{l}"].T) * slope
    return grads


def train(params, X, y, lr, epochs):
    losses = []
    for epoch in range(epochs):
        output, cache = forward(params, X)
        losses.append(loss(output, y))
        grads = backward(params, cache, y)
        new = dict(params)
        for l in range(1, len(params) // 2 + 1):
            new[f"W{l}"] = params[f"W{l}"] - lr * grads[f"dW{l}"]
        params = new
    return params, losses
