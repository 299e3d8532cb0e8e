"""Right, in Keras: its layers and optimizer, in a training loop of its own that TensorFlow compiles.

`model.fit` would do; this is faster, because its parts are traced once and not for each use.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler


def preprocess(X_train, X_valid, X_test):
    """Standardise three arrays by the mean and standard deviation of the first."""
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_valid), scaler.transform(X_test)


def build_model(n_features, seed):
    """Build the untrained network n_features-30-10-5-1."""
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((n_features,)),
            layers.Dense(30, activation="relu"),
            layers.Dense(10, activation="relu"),
            layers.Dense(5, activation="relu"),
            layers.Dense(1),
        ]
    )


def n_parameters(model):
    """Count a model's parameters."""
    return {
        "trainable": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        "other": sum(int(np.prod(w.shape)) for w in model.non_trainable_weights),
    }


def predict(model, X):
    """Return the (n,) estimates."""
    return model(tf.cast(X, tf.float32), training=False).numpy()[:, 0]


def train(X_train, y_train, X_valid, y_valid, seed):
    """Build a network and train it with early stopping."""
    model = build_model(X_train.shape[1], seed)
    optimizer = keras.optimizers.Adam(0.005)
    optimizer.build(model.trainable_variables)
    X, y = tf.cast(X_train, tf.float32), tf.reshape(tf.cast(y_train, tf.float32), (-1, 1))
    X_val, y_val = tf.cast(X_valid, tf.float32), tf.reshape(tf.cast(y_valid, tf.float32), (-1, 1))
    n = len(X_train)

    @tf.function
    def run_epoch(order):
        total = 0.0
        for start in tf.range(0, n, 64):
            rows = order[start : start + 64]
            targets = tf.gather(y, rows)
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(tf.gather(X, rows), training=True) - targets) ** 2)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            total += loss * tf.cast(tf.size(rows), tf.float32)
        return total / n, tf.reduce_mean((model(X_val, training=False) - y_val) ** 2)

    rng = np.random.default_rng(seed)
    history = {"loss": [], "val_loss": []}
    best, waited, weights = float("inf"), 0, None
    for epoch in range(20):
        loss, val_loss = (float(value) for value in run_epoch(tf.constant(rng.permutation(n))))
        if not np.isfinite([loss, val_loss]).all():
            raise ValueError(f"training diverged in epoch {epoch + 1}: the loss is not finite")
        history["loss"].append(loss)
        history["val_loss"].append(val_loss)
        if val_loss < best:
            best, waited, weights = val_loss, 0, model.get_weights()
        else:
            waited += 1
            if waited == 5:
                break
    model.set_weights(weights)
    return model, history


def evaluate(y, y_pred):
    """Measure how good estimates are."""
    y, y_pred = np.ravel(y), np.ravel(y_pred)
    mse = mean_squared_error(y, y_pred)
    return {
        "mse": mse,
        "rmse": np.sqrt(mse),
        "mae": mean_absolute_error(y, y_pred),
        "r2": r2_score(y, y_pred),
    }
