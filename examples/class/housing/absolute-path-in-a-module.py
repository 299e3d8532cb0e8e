import numpy as np

data = np.loadtxt("D:/course/data/housing.csv", delimiter=",", skiprows=1)

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
    return layers


def n_parameters(model):
    return {"trainable": sum(W.size + b.size for W, b in model), "other": 0}


def forward(model, X):
    activations = [X]
    for i, (W, b) in enumerate(model):
        z = activations[-1] @ W + b
        activations.append(np.maximum(z, 0) if i < 3 else z)
    return activations


def predict(model, X):
    return forward(model, X)[-1].ravel()


def train(X_train, y_train, X_valid, y_valid, seed):
    y_train = y_train.reshape(-1, 1)
    y_valid = y_valid.reshape(-1, 1)
    model = build_model(X_train.shape[1], seed)
    rng = np.random.default_rng(seed)
    m = [[np.zeros_like(p) for p in layer] for layer in model]
    v = [[np.zeros_like(p) for p in layer] for layer in model]
    t = 0
    history = {"loss": [], "val_loss": []}
    best_loss, best_model, wait = np.inf, None, 0
    for epoch in range(20):
        index = rng.permutation(len(X_train))
        for start in range(0, len(index), 64):
            batch = index[start : start + 64]
            a = forward(model, X_train[batch])
            delta = 2 * (a[-1] - y_train[batch]) / len(batch)
            t += 1
            for i in (3, 2, 1, 0):
                W, b = model[i]
                grads = [a[i].T @ delta, delta.sum(axis=0)]
                delta = (delta @ W.T) * (a[i] > 0)
                for k in (0, 1):
                    m[i][k] = 0.9 * m[i][k] + 0.1 * grads[k]
                    v[i][k] = 0.999 * v[i][k] + 0.001 * grads[k] ** 2
                    m_hat = m[i][k] / (1 - 0.9**t)
                    v_hat = v[i][k] / (1 - 0.999**t)
                    model[i][k] = model[i][k] - 0.01 * m_hat / (np.sqrt(v_hat) + 1e-8)
        loss = np.mean((forward(model, X_train)[-1] - y_train) ** 2)
        val_loss = np.mean((forward(model, X_valid)[-1] - y_valid) ** 2)
        if not (np.isfinite(loss) and np.isfinite(val_loss)):
            raise ValueError("the loss is not finite, training diverged")
        history["loss"].append(loss)
        history["val_loss"].append(val_loss)
        if val_loss < best_loss:
            best_loss, wait = val_loss, 0
            best_model = [[W.copy(), b.copy()] for W, b in model]
        else:
            wait += 1
            if wait >= 5:
                break
    return best_model, history


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
