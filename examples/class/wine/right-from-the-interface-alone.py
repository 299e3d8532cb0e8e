"""Everything that the interface asks for, in a style of its own."""
from types import SimpleNamespace

import torch
from torch.nn import functional as F


def preprocess(X_train, X_valid, X_test):
    base = torch.from_numpy(X_train.copy())
    sd, mean = torch.std_mean(base, dim=0, correction=0)
    return [(torch.from_numpy(x.copy()) - mean) / sd for x in (X_train, X_valid, X_test)]


def build_model(n_features, seed):
    g = torch.Generator().manual_seed(seed)
    units = (n_features, 30, 10, 5, 1)
    layers = []
    for rows, columns in zip(units, units[1:]):
        w = torch.empty(rows, columns).normal_(0, (2 / (rows + columns)) ** 0.5, generator=g)
        layers.append((w.requires_grad_(), torch.zeros(columns, requires_grad=True)))
    return SimpleNamespace(layers=layers, generator=g)


def n_parameters(model):
    return {"trainable": sum(w.numel() + b.numel() for w, b in model.layers), "other": 0}


def logits(model, x):
    *hidden, (w, b) = model.layers
    for v, c in hidden:
        x = F.relu(x @ v + c)
    return (x @ w + b).squeeze(1)


def predict_proba(model, X):
    with torch.no_grad():
        return torch.sigmoid(logits(model, torch.as_tensor(X).float()))


def train(X_train, y_train, X_valid, y_valid, seed):
    model = build_model(X_train.shape[1], seed)
    weights = [t for pair in model.layers for t in pair]
    adam = torch.optim.Adam(weights, lr=0.001)
    parts = {"": (X_train, y_train), "val_": (X_valid, y_valid)}
    parts = {k: (torch.as_tensor(x).float(), torch.as_tensor(y).float()) for k, (x, y) in parts.items()}
    x, y = parts[""]
    history = {k + name: [] for k in parts for name in ("loss", "accuracy")}
    kept = []
    while len(history["loss"]) < 40:
        for batch in torch.randperm(len(y), generator=model.generator).split(64):
            adam.zero_grad()
            F.binary_cross_entropy_with_logits(logits(model, x[batch]), y[batch]).backward()
            adam.step()
        with torch.no_grad():
            for k, (inputs, truth) in parts.items():
                z = logits(model, inputs)
                history[k + "loss"].append(float(F.binary_cross_entropy_with_logits(z, truth)))
                history[k + "accuracy"].append(float(((z > 0) == (truth > 0.5)).double().mean()))
        kept.append([t.detach().clone() for t in weights])
        best = min(range(len(kept)), key=history["val_loss"].__getitem__)
        if len(kept) - 1 - best == 5:
            break
    with torch.no_grad():
        for t, value in zip(weights, kept[best]):
            t.copy_(value)
    return model, history


def evaluate(y, p, threshold=0.5):
    pairs = [(int(t), float(q)) for t, q in zip(y, p)]
    count = lambda t, positive: sum(1 for a, q in pairs if a == t and (q > threshold) == positive)
    (tn, fp), (fn, tp) = matrix = [[count(0, False), count(0, True)], [count(1, False), count(1, True)]]
    ratio = lambda a, b: a / b if b else 0.0
    q = torch.tensor([b if a else 1 - b for a, b in pairs], dtype=torch.float64).clamp(1e-7, 1 - 1e-7)
    return {
        "accuracy": ratio(tn + tp, len(pairs)),
        "log_loss": float(-q.log().mean()),
        "confusion_matrix": matrix,
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }
