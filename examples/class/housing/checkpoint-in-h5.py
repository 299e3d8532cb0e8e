import numpy as np
import pandas as pd
import tensorflow as tf
from tensorflow import keras
from sklearn.preprocessing import StandardScaler


def preprocess(X_train, X_valid, X_test):
    scaler = StandardScaler()
    return scaler.fit_transform(X_train), scaler.transform(X_valid), scaler.transform(X_test)


def build_model(n_features, seed):
    tf.keras.utils.set_random_seed(seed)
    model = keras.models.Sequential([
        keras.layers.Input(shape=(n_features,)),
        keras.layers.Dense(30, activation="relu"),
        keras.layers.Dense(10, activation="relu"),
        keras.layers.Dense(5, activation="relu"),
        keras.layers.Dense(1),
    ])
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(learning_rate=0.01))
    return model


def n_parameters(model):
    trainable = int(sum(np.prod(w.shape) for w in model.trainable_weights))
    return {"trainable": trainable, "other": model.count_params() - trainable}


def predict(model, X):
    return model.predict(X, batch_size=1024).reshape(-1)


def train(X_train, y_train, X_valid, y_valid, seed):
    model = build_model(X_train.shape[1], seed)
    checkpoint = keras.callbacks.ModelCheckpoint("best.h5", save_best_only=True)
    early = keras.callbacks.EarlyStopping(patience=5)
    h = model.fit(X_train, y_train, validation_data=(X_valid, y_valid), epochs=20,
                  batch_size=500, callbacks=[checkpoint, early], verbose=0)
    return keras.models.load_model("best.h5"), h.history


def evaluate(y, y_pred):
    e = np.asarray(y).reshape(-1) - np.asarray(y_pred).reshape(-1)
    mse = np.mean(e ** 2)
    return {"mse": mse, "rmse": np.sqrt(mse), "mae": np.abs(e).mean(), "r2": 1 - mse / np.var(y)}
