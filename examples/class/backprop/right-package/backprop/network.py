import numpy as np

from .activations import ACTIVATIONS, SLOPES


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
    if hidden not in ACTIVATIONS:
        raise ValueError(f"hidden must be one of {sorted(ACTIVATIONS)}")
    depth = len(params) // 2
    kinds = [hidden] * (depth - 1) + ["sigmoid"]
    steps = []
    a = X
    for layer, kind in enumerate(kinds, start=1):
        below = a
        a = ACTIVATIONS[kind](below @ params[f"W{layer}"] + params[f"b{layer}"])
        steps.append((layer, kind, below, a))
    return a, steps


def loss(output, y):
    n = len(y)
    return float(np.sum((output - y) ** 2) / (2 * n))


def backward(params, cache, y):
    output = cache[-1][3]
    upstream = (output - y) / y.shape[0]  # dL/dA of the layer at hand
    grads = {}
    for layer, kind, below, a in reversed(cache):
        delta = upstream * SLOPES[kind](a)
        grads[f"dW{layer}"] = below.T @ delta
        grads[f"db{layer}"] = delta.sum(axis=0)
        upstream = delta @ params[f"W{layer}"].T
    return grads
