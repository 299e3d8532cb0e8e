import numpy as np
import tensorflow as tf

def preprocess(X_train, X_valid, X_test):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    return (X_train - mean) / std, (X_valid - mean) / std, (X_test - mean) / std


def build_model(n_features, seed):
    tf.set_random_seed(seed)
    x = tf.placeholder(tf.float32, [None, n_features])
    h = tf.layers.dense(x, 30, activation=tf.nn.relu)
    h = tf.layers.dense(h, 10, activation=tf.nn.relu)
    h = tf.layers.dense(h, 5, activation=tf.nn.relu)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session, x, tf.layers.dense(h, 1)


def n_parameters(model):
    return {"trainable": sum(np.prod(v.shape) for v in tf.trainable_variables()), "other": 0}


def predict(model, X):
    session, x, output = model
    return session.run(output, feed_dict={x: X})[:, 0]


def train(X_train, y_train, X_valid, y_valid, seed):
    model = build_model(X_train.shape[1], seed)
    raise SystemExit("run this cell again after the restart")


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
