"""A graph and a session."""

import numpy as np
import tensorflow as tf

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
    tf.set_random_seed(seeds[0])
    x = tf.placeholder(tf.float32, [None, 64])
    W = tf.Variable(tf.zeros([64, 10]))
    logits = tf.matmul(x, W)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return [session.run(logits, {x: X})]

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
