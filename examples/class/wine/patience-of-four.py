"""Wine, with numpy only."""

import numpy as np


def preprocess(X_train, X_valid, X_test):
    mu, sd = X_train.mean(0), X_train.std(0)
    return (X_train - mu) / sd, (X_valid - mu) / sd, (X_test - mu) / sd


def build_model(n_features, seed):
    rng = np.random.RandomState(seed)
    sizes = [n_features, 30, 10, 5, 1]
    model = {}
    for i in range(4):
        # He initialisation, because of ReLU
        model[f"W{i}"] = rng.randn(sizes[i], sizes[i + 1]) * np.sqrt(2 / sizes[i])
        model[f"b{i}"] = np.zeros(sizes[i + 1])
    return model


def n_parameters(model):
    return {"trainable": sum(v.size for v in model.values()), "other": 0}


def forward(model, X):
    acts = [X]
    for i in range(3):
        acts.append(np.maximum(acts[-1] @ model[f"W{i}"] + model[f"b{i}"], 0))
    z = acts[-1] @ model["W3"] + model["b3"]
    acts.append(1 / (1 + np.exp(-np.clip(z, -500, 500))))
    return acts


def predict_proba(model, X):
    return forward(model, X)[-1].ravel()


def bce(y, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def train(X_train, y_train, X_valid, y_valid, seed):
    model = build_model(X_train.shape[1], seed)
    rng = np.random.RandomState(seed)
    m = {k: np.zeros_like(v) for k, v in model.items()}
    v = {k: np.zeros_like(w) for k, w in model.items()}
    history = {"loss": [], "val_loss": [], "accuracy": [], "val_accuracy": []}
    best_loss, best_model, wait, t = np.inf, None, 0, 0
    for epoch in range(40):
        idx = rng.permutation(len(y_train))
        for s in range(0, len(idx), 64):
            Xb, yb = X_train[idx[s : s + 64]], y_train[idx[s : s + 64]].reshape(-1, 1)
            acts = forward(model, Xb)
            d = (acts[4] - yb) / len(yb)
            t += 1
            for i in (3, 2, 1, 0):
                grads = {f"W{i}": acts[i].T @ d, f"b{i}": d.sum(0)}
                d = (d @ model[f"W{i}"].T) * (acts[i] > 0)
                for k, g in grads.items():
                    m[k] = 0.9 * m[k] + 0.1 * g
                    v[k] = 0.999 * v[k] + 0.001 * g**2
                    m_hat, v_hat = m[k] / (1 - 0.9**t), v[k] / (1 - 0.999**t)
                    model[k] = model[k] - 0.001 * m_hat / (np.sqrt(v_hat) + 1e-8)
        for name, X, y in (("", X_train, y_train), ("val_", X_valid, y_valid)):
            p = predict_proba(model, X)
            history[name + "loss"].append(bce(y, p))
            history[name + "accuracy"].append(float(np.mean((p > 0.5) == y)))
        if history["val_loss"][-1] < best_loss:
            best_loss, best_model, wait = history["val_loss"][-1], dict(model), 0
        else:
            wait += 1
            if wait == 4:
                break
    return best_model, history


def evaluate(y, p, threshold=0.5):
    y, pred = np.asarray(y), (np.asarray(p) > threshold).astype(int)
    tn, fp = int(((y == 0) & (pred == 0)).sum()), int(((y == 0) & (pred == 1)).sum())
    fn, tp = int(((y == 1) & (pred == 0)).sum()), int(((y == 1) & (pred == 1)).sum())
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    f1 = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0
    return {
        "accuracy": (tp + tn) / len(y),
        "log_loss": bce(y, p),
        "confusion_matrix": [[tn, fp], [fn, tp]],
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }
