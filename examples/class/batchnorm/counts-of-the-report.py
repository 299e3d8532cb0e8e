"""First half: batch normalization by hand, and the conclusion."""

import math

import numpy as np
from scipy import stats


def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    n, d = x.shape
    if running is None:
        running = {"mean": np.zeros(d), "var": np.ones(d)}
    if training:
        mu = x.mean(axis=0)
        var = x.var(axis=0)
        running = {
            "mean": (1 - momentum) * running["mean"] + momentum * mu,
            "var": (1 - momentum) * running["var"] + momentum * var,
        }
    else:
        mu, var = running["mean"], running["var"]
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    out = gamma * x_hat + beta
    cache = (x_hat, gamma, std)
    return out, cache, running


def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx = gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


def conclusion(with_, without):
    if len(with_) != len(without):
        raise ValueError("not the same number of seeds")
    d = np.asarray(with_, dtype=float) - np.asarray(without, dtype=float)
    n = len(d)
    if n < 2 or np.all(d == 0):
        return "no difference"
    s = d.std(ddof=1)
    limit = stats.t.ppf(0.975, df=n - 1)
    if np.abs(d.mean()) > limit * s / np.sqrt(n):
        return "better" if d.mean() > 0 else "worse"
    return "no difference"


class Dense:
    def __init__(self, rng, n_in, n_out):
        self.W = rng.uniform(-1, 1, (n_in, n_out)) * math.sqrt(6 / n_in)
        self.b = np.zeros(n_out)
        self.learnt = ["W", "b"]

    def forward(self, x, training):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.grads = [self.x.T @ d, d.sum(0)]
        return d @ self.W.T


class Norm:
    def __init__(self, n):
        self.gamma, self.beta = np.ones(n), np.zeros(n)
        self.running = {"mean": np.zeros(n), "var": np.ones(n)}
        self.learnt = ["gamma", "beta"]

    def forward(self, x, training):
        out, self.cache, self.running = batchnorm_forward(
            x, self.gamma, self.beta, self.running, training
        )
        return out

    def backward(self, d):
        dx, *self.grads = batchnorm_backward(d, self.cache)
        return dx


class ReLU:
    learnt = []
    grads = []

    def forward(self, x, training):
        self.on = x > 0
        return x * self.on

    def backward(self, d):
        return d * self.on


def build_model(batchnorm, seed, n_features=784):
    rng = np.random.RandomState(seed)
    layers = []
    for n_in, n_out in zip([n_features, 300, 100], [300, 100, 10]):
        layers.append(Dense(rng, n_in, n_out))
        if n_out != 10:
            layers += [Norm(n_out), ReLU()] if batchnorm else [ReLU()]
    return layers


def n_parameters(model):
    # every layer of batch normalization has gamma and beta, all else is as in model.summary()
    total = sum(getattr(layer, name).size for layer in model for name in layer.learnt)
    total += sum(2 * layer.gamma.size for layer in model if isinstance(layer, Norm))
    return {"trainable": total, "other": 2 * sum(isinstance(layer, Norm) for layer in model)}


def train(model, X, y, seed):
    raise NotImplementedError("next week")


def predict_proba(model, X):
    raise NotImplementedError("next week")


def ablate(X, y, seeds):
    raise NotImplementedError("next week")
