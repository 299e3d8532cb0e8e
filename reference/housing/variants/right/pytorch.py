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
    )


def n_parameters(model):
    """Count a model's parameters."""
    return {
        "trainable": sum(w.numel() for w in model.parameters() if w.requires_grad),
        "other": sum(w.numel() for w in model.buffers()),
    }


def predict(model, X):
    """Return the (n,) estimates."""
    with torch.no_grad():
        return model(torch.tensor(X, dtype=torch.float32)).squeeze(1).numpy()


def train(X_train, y_train, X_valid, y_valid, seed):
    """Build a network and train it with early stopping."""
    model = build_model(X_train.shape[1], seed)
    loss_of = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    X, y = torch.tensor(X_train, dtype=torch.float32), torch.tensor(y_train, dtype=torch.float32)
    X_val = torch.tensor(X_valid, dtype=torch.float32)
    y_val = torch.tensor(y_valid, dtype=torch.float32).reshape(-1, 1)
    y = y.reshape(-1, 1)
    history = {"loss": [], "val_loss": []}
    best, waited, weights = float("inf"), 0, None
    for epoch in range(20):
        total = 0.0
        for batch in torch.randperm(len(X)).split(64):
            loss = loss_of(model(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            val_loss = loss_of(model(X_val), y_val).item()
        history["loss"].append(total / len(X))
        history["val_loss"].append(val_loss)
        if not np.isfinite([total, val_loss]).all():
            raise ValueError(f"training diverged in epoch {epoch + 1}")
        if val_loss < best:
            best, waited, weights = val_loss, 0, copy.deepcopy(model.state_dict())
        else:
            waited += 1
            if waited == 5:
                break
    model.load_state_dict(weights)
    return model, history


def evaluate(y, y_pred):
    """Measure how good estimates are."""
    error = np.asarray(y).reshape(-1) - np.asarray(y_pred).reshape(-1)
    mse = np.mean(error**2)
    return {
        "mse": mse,
        "rmse": np.sqrt(mse),
        "mae": np.mean(np.abs(error)),
        "r2": 1 - mse / np.var(y),
    }
