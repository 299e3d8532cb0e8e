"""Right, in Keras, as its documentation would write it."""

import keras
import numpy as np
from keras import layers
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support
from sklearn.preprocessing import StandardScaler


def preprocess(X_train, X_valid, X_test):
    """Standardise three arrays by the mean and standard deviation of the first."""
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_valid), scaler.transform(X_test)


def build_model(n_features, seed):
    """Build and compile the untrained network n_features-30-10-5-1."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((n_features,)),
            layers.Dense(30, activation="relu"),
            layers.Dense(10, activation="relu"),
            layers.Dense(5, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def n_parameters(model):
    """Count a model's parameters."""
    return {
        "trainable": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        "other": sum(int(np.prod(w.shape)) for w in model.non_trainable_weights),
    }


def predict_proba(model, X):
    """Return the (n,) probabilities of class 1."""
    return model.predict(X, batch_size=1000, verbose=0)[:, 0]


def train(X_train, y_train, X_valid, y_valid, seed):
    """Build a network and train it with early stopping."""
    model = build_model(X_train.shape[1], seed)
    stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    history = model.fit(
        X_train,
        y_train,
        batch_size=64,
        epochs=40,
        validation_data=(X_valid, y_valid),
        callbacks=[stop],
        verbose=0,
    )
    return model, history.history


def evaluate(y, p, threshold=0.5):
    """Measure how good probabilities are."""
    predicted = (p > threshold).astype(int)
    precision, recall, f1, _ = precision_recall_fscore_support(
        y, predicted, average="binary", zero_division=0.0
    )
    clipped = np.clip(p, 1e-7, 1 - 1e-7)
    return {
        "accuracy": accuracy_score(y, predicted),
        "log_loss": -np.mean(np.log(np.where(y == 1, clipped, 1 - clipped))),
        "confusion_matrix": confusion_matrix(y, predicted, labels=[0, 1]),
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }
