"""Right, in PyTorch, with a training loop written out."""

import copy

import numpy as np
import torch
from torch import nn


def preprocess(X_train, X_valid, X_test):
    """Standardise three arrays by the mean and standard deviation of the first."""
    mean, deviation = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    return [(X - mean) / deviation for X in (X_train, X_valid, X_test)]


def build_model(n_features, seed):
    """Build the untrained network n_features-30-10-5-1."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(n_features, 30),
        nn.ReLU(),
        nn.Linear(30, 10),
        nn.ReLU(),
        nn.Linear(10, 5),
        nn.ReLU(),
        nn.Linear(5, 1),
        nn.Sigmoid(),
    )


def n_parameters(model):
    """Count a model's parameters."""
    return {
        "trainable": sum(w.numel() for w in model.parameters() if w.requires_grad),
        "other": sum(w.numel() for w in model.buffers()),
    }


def predict_proba(model, X):
    """Return the (n,) probabilities of class 1."""
    model.eval()
    with torch.no_grad():
        return model(torch.as_tensor(X, dtype=torch.float32)).squeeze(1).numpy()


def train(X_train, y_train, X_valid, y_valid, seed):
    """Build a network and train it with early stopping."""
    model = build_model(X_train.shape[1], seed)
    loss_of = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    X, y = torch.tensor(X_train, dtype=torch.float32), torch.tensor(y_train, dtype=torch.float32)
    X_val = torch.tensor(X_valid, dtype=torch.float32)
    y_val = torch.tensor(y_valid, dtype=torch.float32)
    history = {"loss": [], "val_loss": [], "accuracy": [], "val_accuracy": []}
    best, waited, weights = float("inf"), 0, None
    for _ in range(40):
        model.train()
        total = correct = 0.0
        for batch in torch.randperm(len(X)).split(64):
            p = model(X[batch]).squeeze(1)
            loss = loss_of(p, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
            correct += ((p > 0.5) == (y[batch] == 1)).sum().item()
        model.eval()
        with torch.no_grad():
            p_val = model(X_val).squeeze(1)
            val_loss = loss_of(p_val, y_val).item()
        history["loss"].append(total / len(X))
        history["accuracy"].append(correct / len(X))
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(((p_val > 0.5) == (y_val == 1)).float().mean().item())
        if val_loss < best:
            best, waited, weights = val_loss, 0, copy.deepcopy(model.state_dict())
        else:
            waited += 1
            if waited == 5:
                break
    model.load_state_dict(weights)
    return model, history


def evaluate(y, p, threshold=0.5):
    """Measure how good probabilities are."""
    y = np.asarray(y)
    predicted = (np.asarray(p) > threshold).astype(int)
    matrix = np.zeros((2, 2), dtype=int)
    for truth, guess in zip(y, predicted, strict=True):
        matrix[truth, guess] += 1
    (_, fp), (fn, tp) = matrix
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    total = precision + recall
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return {
        "accuracy": np.mean(predicted == y),
        "log_loss": np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))),
        "confusion_matrix": matrix,
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / total if total > 0 else 0.0,
    }
