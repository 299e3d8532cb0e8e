import numpy as np


def preprocess(X_train, X_valid, X_test):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    return (X_train - mean) / std, (X_valid - mean) / std, (X_test - mean) / std


def build_model(n_features, seed):
    rng = np.random.default_rng(seed)
    layers = []
    for units in (30, 10, 5, 1):
        limit = 1 / np.sqrt(n_features)
        W = rng.uniform(-limit, limit, (n_features, units))
        b = rng.uniform(-limit, limit, units)
        layers.append([W, b])
        n_features = units
    return {"layers": layers, "mean": 0.0, "scale": 1.0}


def n_parameters(model):
    return {"trainable": sum(W.size + b.size for W, b in model["layers"]), "other": 0}


def forward(model, X):
    activations = [X]
    for i, (W, b) in enumerate(model["layers"]):
        z = activations[-1] @ W + b
        activations.append(np.maximum(z, 0) if i < 3 else z)
    return activations


def predict(model, X):
    return forward(model, X)[-1].ravel() * model["scale"] + model["mean"]


def train(X_train, y_train, X_valid, y_valid, seed):
    """Stochastic gradient descent with momentum on a standardised target."""
    y, y_val = np.ravel(y_train), np.ravel(y_valid)
    model = build_model(X_train.shape[1], seed)
    model["mean"], model["scale"] = y.mean(), y.std()
    layers = model["layers"]
    target = ((y - model["mean"]) / model["scale"])[:, None]
    velocity = [[np.zeros_like(W), np.zeros_like(b)] for W, b in layers]
    rng = np.random.default_rng(seed + 1)
    history, best, best_layers = {"loss": [], "val_loss": []}, None, None
    for epoch in range(20):
        order = rng.permutation(len(target))
        squares = 0.0
        for rows in np.array_split(order, max(1, len(order) // 32)):
            a = forward(model, X_train[rows])
            error = a[-1] - target[rows]
            squares += np.sum(error**2)
            delta = 2 * error / len(rows)
            for i in reversed(range(4)):
                W, b = layers[i]
                dW, db = a[i].T @ delta, delta.sum(axis=0)
                delta = (delta @ W.T) * (a[i] > 0)
                velocity[i][0] = 0.9 * velocity[i][0] - 0.005 * dW
                velocity[i][1] = 0.9 * velocity[i][1] - 0.005 * db
                layers[i] = [W + velocity[i][0], b + velocity[i][1]]
        # back to the units of the target
        history["loss"].append(float(squares / len(target) * model["scale"] ** 2))
        history["val_loss"].append(float(np.mean((predict(model, X_valid) - y_val) ** 2)))
        if not np.isfinite(history["loss"][-1] + history["val_loss"][-1]):
            raise ValueError("diverged")
        if best is None or history["val_loss"][-1] < history["val_loss"][best]:
            best, best_layers = epoch, [[W.copy(), b.copy()] for W, b in layers]
        if epoch - best == 5:
            break
    model["layers"] = best_layers
    return model, history


def evaluate(y, y_pred):
    y = np.asarray(y).ravel()
    y_pred = np.asarray(y_pred).ravel()
    mse = np.mean((y - y_pred) ** 2)
    return {
        "mse": mse,
        "rmse": np.sqrt(mse),
        "mae": np.mean(np.abs(y - y_pred)),
        "r2": 1 - mse / np.var(y),
    }
