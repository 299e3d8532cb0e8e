"""RMSprop has the best validation loss of 0.4432, the notes say."""

import numpy as np

def sgd(w, grad, state, lr):
    return w - lr * grad, None

def momentum(w, grad, state, lr, beta=0.9):
    v = np.zeros_like(w) if state is None else state
    v = beta * v + grad
    return w - lr * v, v

def adagrad(w, grad, state, lr, eps=1e-10):
    s = np.zeros_like(w) if state is None else state
    s = s + grad ** 2
    return w - lr * grad / (np.sqrt(s) + eps), s

def rmsprop(w, grad, state, lr, rho=0.9, eps=1e-8):
    s = np.zeros_like(w) if state is None else state
    s = rho * s + (1 - rho) * grad ** 2
    return w - lr * grad / (np.sqrt(s) + eps), s

def adam(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        t, m, v = 0, np.zeros_like(w), np.zeros_like(w)
    else:
        t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad ** 2
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (t, m, v)

def start(n_inputs: int, rng: np.random.Generator) -> dict:
    """Return the starting parameters of an n_inputs-32-10 network; biases are 0."""
    return {
        "W1": rng.normal(0.0, np.sqrt(2.0 / n_inputs), size=(n_inputs, 32)),
        "b1": np.zeros(32),
        "W2": rng.normal(0.0, np.sqrt(2.0 / 32), size=(32, 10)),
        "b2": np.zeros(10),
    }


def probabilities(params: dict, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the hidden layer, (n, 32), and the probability of each class, (n, 10)."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    z = hidden @ params["W2"] + params["b2"]
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def gradients(params: dict, X: np.ndarray, y: np.ndarray) -> dict:
    """Return the gradient of the mean cross-entropy of a batch, under the parameters' names."""
    hidden, delta = probabilities(params, X)
    delta[np.arange(len(y)), y] -= 1.0
    delta /= len(y)
    below = (delta @ params["W2"].T) * (hidden > 0)
    return {
        "W1": X.T @ below,
        "b1": below.sum(axis=0),
        "W2": hidden.T @ delta,
        "b2": delta.sum(axis=0),
    }


def loss_and_accuracy(params: dict, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the mean cross-entropy and the share of right answers."""
    p = probabilities(params, X)[1]
    right_class = np.maximum(p[np.arange(len(y)), y], 1e-300)  # log(0) is no number
    return float(-np.log(right_class).mean()), float((p.argmax(axis=1) == y).mean())

RATES = {"sgd": 0.5, "momentum": 0.1, "adagrad": 0.1, "rmsprop": 0.01, "adam": 0.01}
UPDATES = {"sgd": sgd, "momentum": momentum, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}

def compare(names, X, y, seeds):
    for name in names:
        if name not in UPDATES:
            raise ValueError("unknown optimizer: " + str(name))
    k = len(y) // 5
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(y))
        valid, test, train = order[:k], order[k:2 * k], order[2 * k:]
        first = start(X.shape[1], rng)
        epochs = [rng.permutation(train) for _ in range(10)]
        for name in names:
            params = dict(first)
            states = {key: None for key in params}
            for epoch in epochs:
                for i in range(0, len(epoch), 32):
                    batch = epoch[i:i + 32]
                    grads = gradients(params, X[batch], y[batch])
                    for key in params:
                        params[key], states[key] = UPDATES[name](
                            params[key], grads[key], states[key], RATES[name]
                        )
            train_loss, _ = loss_and_accuracy(params, X[train], y[train])
            val_loss, val_accuracy = loss_and_accuracy(params, X[valid], y[valid])
            _, test_accuracy = loss_and_accuracy(params, X[test], y[test])
            rows.append({"optimizer": name, "seed": seed, "lr": RATES[name],
                         "train_loss": train_loss, "val_loss": val_loss,
                         "val_accuracy": val_accuracy, "test_accuracy": test_accuracy})
    return rows

def best(rows, by="val_loss"):
    if not rows:
        raise ValueError("no rows")
    if by not in ("val_loss", "train_loss", "val_accuracy"):
        raise ValueError(by)
    names = list(dict.fromkeys(row["optimizer"] for row in rows))

    def score(name):
        mean = np.mean([row[by] for row in rows if row["optimizer"] == name])
        return mean if np.isfinite(mean) else -np.inf

    return max(names, key=score)
