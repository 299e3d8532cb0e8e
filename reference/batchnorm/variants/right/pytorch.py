"""Everything in PyTorch: batch normalization by hand on tensors, networks of its layers."""

import math

import numpy as np
import torch
from scipy import stats
from torch import nn


def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    """Normalize every feature of a batch, then scale and shift it."""
    x, gamma, beta = torch.tensor(x), torch.tensor(gamma), torch.tensor(beta)
    if running is None:
        old_mean, old_var = torch.zeros_like(gamma), torch.ones_like(gamma)
    else:
        old_mean, old_var = torch.tensor(running["mean"]), torch.tensor(running["var"])
    if training:
        # torch's own layer updates with the unbiased variance; this one is biased throughout.
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        new_mean, new_var = old_mean.lerp(mean, momentum), old_var.lerp(var, momentum)
    else:
        mean, var = new_mean, new_var = old_mean, old_var
    root = (var + eps).sqrt()
    x_hat = (x - mean) / root
    out = gamma * x_hat + beta
    return out.numpy(), (x_hat, gamma / root), {"mean": new_mean.numpy(), "var": new_var.numpy()}


def batchnorm_backward(dout, cache):
    """Return the gradients with respect to x, gamma and beta."""
    x_hat, scale = cache
    dout = torch.tensor(dout)
    dx = scale * (dout - dout.mean(0) - x_hat * (dout * x_hat).mean(0))
    return dx.numpy(), (dout * x_hat).sum(0).numpy(), dout.sum(0).numpy()


def build_model(batchnorm, seed, n_features=784):
    """Build the network n_features-300-100-10."""
    torch.manual_seed(seed)
    layers, width = [], n_features
    for units in (300, 100):
        layers.append(nn.Linear(width, units))
        if batchnorm:
            layers.append(nn.BatchNorm1d(units))
        layers.append(nn.ReLU())
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 10))


def n_parameters(model):
    """Count weights and running statistics."""
    other = sum(
        module.running_mean.numel() + module.running_var.numel()
        for module in model.modules()
        if isinstance(module, nn.BatchNorm1d)
    )
    return {"trainable": sum(p.numel() for p in model.parameters()), "other": other}


def train(model, X, y, seed):
    """Train for ten epochs with Adam."""
    torch.manual_seed(seed)
    X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    model.train()
    for _ in range(10):
        for rows in torch.randperm(len(X)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
    return model


def predict_proba(model, X):
    """Return class probabilities in evaluation mode."""
    model.eval()
    with torch.no_grad():
        return model(torch.tensor(X, dtype=torch.float32)).softmax(dim=1).numpy()


def ablate(X, y, seeds):
    """Train with and without batch normalization, once for every seed."""
    cut = len(X) - len(X) // 5

    def accuracy(batchnorm, seed):
        model = build_model(batchnorm, seed, X.shape[1])
        train(model, X[:cut], y[:cut], seed)
        return float((predict_proba(model, X[cut:]).argmax(axis=1) == y[cut:]).mean())

    return {
        "with": [accuracy(True, seed) for seed in seeds],
        "without": [accuracy(False, seed) for seed in seeds],
    }


def conclusion(with_, without):
    """Say what a paired t-test supports."""
    if len(with_) != len(without):
        raise ValueError("every seed needs both accuracies")
    d = np.array(with_, dtype=float) - np.array(without, dtype=float)
    if len(d) < 2 or not d.any():
        return "no difference"
    error = d.std(ddof=1) / math.sqrt(len(d))
    t = d.mean() / error if error else math.copysign(math.inf, d.mean())
    if abs(t) <= stats.t.ppf(0.975, len(d) - 1):
        return "no difference"
    return "better" if t > 0 else "worse"
