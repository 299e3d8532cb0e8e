import math

import numpy as np
import torch
from torch import nn

NAMES = ("sgd", "momentum", "adagrad", "rmsprop", "adam")


def tensor(x):
    return torch.as_tensor(np.array(x), dtype=torch.float64)


def sgd(w, grad, state, lr):
    return tensor(w) - lr * tensor(grad), state


def momentum(w, grad, state, lr, beta=0.9):
    velocity = tensor(grad) if state is None else beta * state + tensor(grad)
    return tensor(w) - lr * velocity, velocity


def adagrad(w, grad, state, lr, eps=1e-10):
    grad = tensor(grad)
    total = grad.square() if state is None else state + grad.square()
    return tensor(w) - lr * grad / (total.sqrt() + eps), total


def rmsprop(w, grad, state, lr, rho=0.9, eps=1e-8):
    grad = tensor(grad)
    mean = (1 - rho) * grad.square() + (0 if state is None else rho * state)
    return tensor(w) - lr * grad / (mean.sqrt() + eps), mean


def adam(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    grad = tensor(grad)
    old = state or {"t": 0, "m": torch.zeros_like(grad), "v": torch.zeros_like(grad)}
    new = {
        "t": old["t"] + 1,
        "m": torch.lerp(grad, old["m"], beta1),
        "v": torch.lerp(grad.square(), old["v"], beta2),
    }
    m_hat = new["m"] / (1 - beta1 ** new["t"])
    v_hat = new["v"] / (1 - beta2 ** new["t"])
    return tensor(w) - lr * m_hat / (v_hat.sqrt() + eps), new


OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"lr": 0.5}),
    "momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "adagrad": (torch.optim.Adagrad, {"lr": 0.1}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9}),
    "adam": (torch.optim.Adam, {"lr": 0.02}),
}


def evaluate(model, X, y):
    with torch.no_grad():
        z = model(X)
        loss = nn.functional.cross_entropy(z, y).item()
        return loss, (z.argmax(dim=1) == y).float().mean().item()


def compare(names, X, y, seeds):
    if not set(names) <= set(NAMES):
        raise ValueError(f"names must be out of {NAMES}")
    X = torch.tensor(np.asarray(X), dtype=torch.float32)
    y = torch.tensor(np.asarray(y), dtype=torch.long)
    k = len(y) // 5
    rows = []
    for seed in seeds:
        for name in names:
            torch.manual_seed(seed)  # the same split, weights and batches for every name
            order = torch.randperm(len(y))
            valid, test, train = order[:k], order[k : 2 * k], order[2 * k :]
            model = nn.Sequential(nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, 10))
            kind, options = OPTIMIZERS[name]
            optimizer = kind(model.parameters(), **options)
            for _ in range(10):
                for batch in train[torch.randperm(len(train))].split(32):
                    optimizer.zero_grad()
                    nn.functional.cross_entropy(model(X[batch]), y[batch]).backward()
                    optimizer.step()
            val_loss, val_accuracy = evaluate(model, X[valid], y[valid])
            rows.append(
                {
                    "optimizer": name,
                    "seed": seed,
                    "lr": options["lr"],
                    "train_loss": evaluate(model, X[train], y[train])[0],
                    "val_loss": val_loss,
                    "val_accuracy": val_accuracy,
                    "test_accuracy": evaluate(model, X[test], y[test])[1],
                }
            )
    return rows


def best(rows, by="val_loss"):
    if by not in ("val_loss", "train_loss", "val_accuracy") or len(rows) == 0:
        raise ValueError("nothing to choose from, or by what is not known")
    means = {}
    for name in dict.fromkeys(row["optimizer"] for row in rows):
        mine = [row[by] for row in rows if row["optimizer"] == name]
        mean = sum(mine) / len(mine)
        if by == "val_accuracy":
            mean = -mean
        means[name] = mean if math.isfinite(mean) else math.inf
    return min(means, key=means.get)
