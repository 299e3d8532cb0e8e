"""Right, in Keras: a Keras model, whose gradients the updates in numpy use."""

import keras
import numpy as np
import tensorflow as tf


def sgd(w, grad, state, lr):
    """Gradient descent."""
    return w - lr * grad, state


def momentum(w, grad, state, lr, beta=0.9):
    """Heavy ball."""
    v = grad.copy() if state is None else beta * state + grad
    return w - lr * v, v


def adagrad(w, grad, state, lr, eps=1e-10):
    """Root of the sum of squares."""
    total = np.square(grad) + (0.0 if state is None else state)
    return w - lr * grad / (np.sqrt(total) + eps), total


def rmsprop(w, grad, state, lr, rho=0.9, eps=1e-8):
    """Root of the mean square."""
    mean = (1.0 - rho) * np.square(grad) + (0.0 if state is None else rho * state)
    return w - lr * grad / (np.sqrt(mean) + eps), mean


def adam(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Both moments, corrected."""
    state = state or {"t": 0, "m": 0.0, "v": 0.0}
    t = state["t"] + 1
    m = beta1 * state["m"] + (1.0 - beta1) * grad
    v = beta2 * state["v"] + (1.0 - beta2) * np.square(grad)
    step = lr * (m / (1.0 - beta1**t)) / (np.sqrt(v / (1.0 - beta2**t)) + eps)
    return w - step, {"t": t, "m": m, "v": v}


RATES = {"sgd": 0.5, "momentum": 0.1, "adagrad": 0.1, "rmsprop": 0.01, "adam": 0.02}
UPDATES = {
    "sgd": sgd,
    "momentum": momentum,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
}


def compare(names, X, y, seeds):
    """Train one model per name and seed; the model and its compiled gradient serve for all."""
    for name in names:
        if name not in UPDATES:
            raise ValueError(f"unknown optimizer {name}")
    X, y = np.asarray(X, dtype="float32"), np.asarray(y, dtype="int64")
    k = len(y) // 5
    rows = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        order = np.random.permutation(len(y))
        valid, test, train = order[:k], order[k : 2 * k], order[2 * k :]
        model = keras.Sequential(
            [
                keras.Input((X.shape[1],)),
                keras.layers.Dense(32, activation="relu"),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        gradients = gradients_of(model)
        first = model.get_weights()
        batches = [
            batch
            for _ in range(10)
            for batch in np.split(np.random.permutation(train), range(32, len(train), 32))
        ]
        for name in names:
            weights, states = first, [None] * len(first)
            for batch in batches:
                model.set_weights(weights)
                grads = [g.numpy() for g in gradients(X[batch], y[batch])]
                stepped = [
                    UPDATES[name](w, g, state, RATES[name])
                    for w, g, state in zip(weights, grads, states, strict=True)
                ]
                weights, states = zip(*stepped, strict=True)
            model.set_weights(weights)
            p = model(X).numpy()
            losses = -np.log(np.maximum(p[np.arange(len(y)), y], 1e-30))
            right = p.argmax(axis=1) == y
            rows.append(
                {
                    "optimizer": name,
                    "seed": seed,
                    "lr": RATES[name],
                    "train_loss": losses[train].mean(),
                    "val_loss": losses[valid].mean(),
                    "val_accuracy": right[valid].mean(),
                    "test_accuracy": right[test].mean(),
                }
            )
    return rows


def gradients_of(model):
    """Return what gives the gradient of the mean cross-entropy by every weight."""
    loss = keras.losses.SparseCategoricalCrossentropy()
    shapes = [tf.TensorSpec((None, *model.input_shape[1:])), tf.TensorSpec((None,), tf.int64)]

    @tf.function(input_signature=shapes)
    def gradients(X, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(X, training=True))
        return tape.gradient(value, model.trainable_variables)

    return gradients


def best(rows, by="val_loss"):
    """Return the optimizer with the best mean."""
    if not rows:
        raise ValueError("no rows")
    if by not in ("val_loss", "train_loss", "val_accuracy"):
        raise ValueError(f"cannot choose by {by}")
    sign = -1.0 if by == "val_accuracy" else 1.0
    winner, lowest = None, None
    for row in rows:
        name = row["optimizer"]
        mean = np.mean([sign * other[by] for other in rows if other["optimizer"] == name])
        mean = mean if np.isfinite(mean) else np.inf
        if winner is None or mean < lowest:
            winner, lowest = name, mean
    return winner
