"""Hidden tests of train, and the metrics. Trainings take time, so several tests share each."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import credit
from grader.checks.training import (
    answers,
    assert_best_weights,
    assert_history,
    assert_patience,
    assert_starts_afresh,
    opposite,
    trained,
    trained_on_opposite,
    trained_on_permuted,
)

KEYS = ("loss", "val_loss", "accuracy", "val_accuracy")
LIMIT, PATIENCE = 40, 5

# Over 60 rounds, networks that had learnt had log losses from 0.51 to 0.56 and those that were
# given permuted labels from 0.66 to 0.72; knowing nothing but the share of good wines has 0.69.
SKILL = 0.62


def log_loss(y, p):
    """Return the mean cross-entropy of probabilities clipped to [1e-7, 1 - 1e-7]."""
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-np.mean(np.log(np.where(y == 1, p, 1 - p))))


def probabilities(values, y, rows):
    """Return what predict_proba() gave for rows as an array that fits their labels."""
    p = answers(values, len(y), name=f"predict_proba() of the {rows} rows")
    outside = (p < 0) | (p > 1)
    assert not outside.any(), (
        f"predict_proba() gave {p[outside][0]:.4g} for one of the {rows} rows, expected numbers "
        "from 0 to 1"
    )
    return p


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("Count the epochs since the lowest val_loss; at 5 stop. Never more than 40.")
def test_training_stops_early(measure, data):
    """train() stops 5 epochs after the lowest validation loss, not before and not later."""
    run = measure(trained_on_opposite, data, "predict_proba")
    history = assert_history(run.history, KEYS, epochs=LIMIT)
    assert_patience(history["val_loss"], PATIENCE, epochs=LIMIT)
    credit(0.6, "training stops in time when the validation loss rises")
    run = measure(trained, data, 0, "predict_proba")
    history = assert_history(run.history, KEYS, epochs=LIMIT)
    assert_patience(history["val_loss"], PATIENCE, epochs=LIMIT)


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint(
    "Keep a copy of the weights whenever val_loss has a new minimum (a copy, not a reference), and "
    "put it back at the end. EarlyStopping needs restore_best_weights=True."
)
def test_best_weights_are_returned(measure, data):
    """train() returns the model of the epoch with the lowest validation loss."""
    run = measure(trained_on_opposite, data, "predict_proba")
    history = assert_history(run.history, KEYS, epochs=LIMIT)
    y = opposite(data.y_valid)
    val_loss = history["val_loss"]
    assert_best_weights(val_loss, log_loss(y, probabilities(run.valid, y, "validation")))
    assert val_loss[-1] > val_loss.min(), "the last epoch has the lowest validation loss"
    credit(0.6, "the best weights are returned")
    run = measure(trained, data, 0, "predict_proba")
    history = assert_history(run.history, KEYS, epochs=LIMIT)
    p = probabilities(run.valid, data.y_valid, "validation")
    best = int(history["val_loss"].argmin())
    # A mean over batches of unequal size strays by 0.01 or so, and float32 by much less.
    for key, found in (
        ("val_loss", log_loss(data.y_valid, p)),
        ("val_accuracy", float(np.mean((p > 0.5) == data.y_valid))),
    ):
        assert abs(history[key][best] - found) < 0.025, (
            f'history["{key}"] says {history[key][best]:.4f} for the best epoch, but the returned '
            f"model has {found:.4f} on the validation rows"
        )


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("Call build_model(..., seed) inside train(), and seed the order of the rows.")
def test_every_call_starts_afresh(measure, data):
    """train() begins with an untrained network in every call, the same for the same seed."""
    first = measure(trained, data, 0, "predict_proba")
    again = measure(trained_on_opposite, data, "predict_proba")
    losses = [assert_history(run.history, KEYS, epochs=LIMIT)["loss"] for run in (first, again)]
    # What differs between the two are the validation labels: training must not depend on them.
    assert_starts_afresh(*losses)
    credit(0.6, "training starts afresh")
    epochs = min(map(len, losses))
    assert np.allclose(losses[0][:epochs], losses[1][:epochs], rtol=0, atol=2e-3), (
        "two calls of train() with the same training rows and seed have different losses: "
        f"{losses[0][epochs - 1]:.4f} and {losses[1][epochs - 1]:.4f} in epoch {epochs}"
    )


@pytest.mark.points(4)
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("Everything that the network knows must come from X_train and y_train.")
def test_permuted_labels_leave_no_skill(measure, data):
    """train() learns from its labels: with permuted ones there is no skill left."""
    y = data.y_test
    run = measure(trained, data, 0, "predict_proba")
    skilled = log_loss(y, probabilities(run.test, y, "test"))
    assert skilled < SKILL, (
        f"with the right labels the log loss on new wines is {skilled:.3f}, where 0.69 needs no "
        "network: there is hardly a skill that permuted labels could take away"
    )
    run = measure(trained_on_permuted, data, "predict_proba")
    lost = log_loss(y, probabilities(run.test, y, "test"))
    assert lost > SKILL, (
        f"after training on permuted labels the log loss on new wines is {lost:.3f}, where about "
        "0.69 was expected: the answers do not come from the labels that were given"
    )


# --- metrics: points rise linearly from the threshold `zero` to `full` ------------------------


def answered(measure, data, seed):
    """Return the probabilities of the test rows after the training with a seed."""
    run = measure(trained, data, seed, "predict_proba")
    return probabilities(run.test, data.y_test, "test")


@pytest.mark.metric("accuracy")
@pytest.mark.depends_on("test_train_returns_a_history")
def test_accuracy(measure, metric, data):
    """predict_proba() of the trained network is on the right side of 0.5 for wines never seen."""
    metric.score(lambda seed: np.mean((answered(measure, data, seed) > 0.5) == data.y_test))


@pytest.mark.metric("log_loss")
@pytest.mark.depends_on("test_train_returns_a_history")
def test_log_loss(measure, metric, data):
    """predict_proba() of the trained network is neither unsure nor too sure."""
    metric.score(lambda seed: log_loss(data.y_test, answered(measure, data, seed)))
