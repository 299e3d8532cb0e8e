"""Batch normalization in numpy, networks of Keras layers."""

import numpy as np
from scipy import stats
from tensorflow import keras


def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    """Normalize every feature of a batch, then scale and shift it."""
    d = x.shape[1]
    running = {"mean": np.zeros(d), "var": np.ones(d)} if running is None else dict(running)
    if training:
        mean = np.mean(x, axis=0)
        var = np.mean((x - mean) ** 2, axis=0)
        running["mean"] = (1 - momentum) * running["mean"] + momentum * mean
        running["var"] = (1 - momentum) * running["var"] + momentum * var
    else:
        mean, var = running["mean"], running["var"]
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x - mean, x_hat, gamma, var + eps), running


def batchnorm_backward(dout, cache):
    """Return the gradients with respect to x, gamma and beta, one path after the other."""
    centred, x_hat, gamma, var = cache
    n = len(dout)
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * centred * -0.5 * var**-1.5, axis=0)
    dmean = np.sum(-dx_hat / np.sqrt(var), axis=0) + dvar * np.mean(-2 * centred, axis=0)
    dx = dx_hat / np.sqrt(var) + dvar * 2 * centred / n + dmean / n
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def build_model(batchnorm, seed, n_features=784):
    """Build the network n_features-300-100-10."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Input((n_features,))])
    for units in (300, 100):
        model.add(keras.layers.Dense(units))
        if batchnorm:
            model.add(keras.layers.BatchNormalization(momentum=0.9))
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


def n_parameters(model):
    """Count weights and running statistics."""
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    return {"trainable": trainable, "other": model.count_params() - trainable}


def train(model, X, y, seed):
    """Train for ten epochs with Adam."""
    keras.utils.set_random_seed(seed)
    model.fit(X, y, batch_size=64, epochs=10, verbose=0)
    return model


def predict_proba(model, X):
    """Return class probabilities; predict() evaluates."""
    return model.predict(X, batch_size=256, verbose=0)


def ablate(X, y, seeds):
    """Train with and without batch normalization, once for every seed."""
    n_test = len(X) // 5
    result = {"with": [], "without": []}
    for seed in seeds:
        for name, batchnorm in (("with", True), ("without", False)):
            model = build_model(batchnorm, seed, n_features=X.shape[1])
            train(model, X[:-n_test], y[:-n_test], seed)
            classes = np.argmax(predict_proba(model, X[-n_test:]), axis=1)
            result[name].append(float(np.mean(classes == y[-n_test:])))
    return result


def conclusion(with_, without):
    """Say what a paired t-test supports."""
    if len(with_) != len(without):
        raise ValueError(f"{len(with_)} accuracies against {len(without)}")
    if len(with_) < 2 or list(with_) == list(without):
        return "no difference"
    differences = [a - b for a, b in zip(with_, without, strict=True)]
    if max(differences) - min(differences) < 1e-12:
        return "better" if differences[0] > 0 else "worse"
    test = stats.ttest_rel(with_, without)
    if test.pvalue >= 0.05:
        return "no difference"
    return "better" if test.statistic > 0 else "worse"
