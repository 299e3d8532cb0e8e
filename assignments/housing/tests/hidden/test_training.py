"""Hidden tests of train, and the metrics. Trainings take time, so several tests share each."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_raises, assert_unmodified, credit
from grader.checks.training import (
    Training,
    answers,
    assert_best_weights,
    assert_history,
    assert_patience,
    assert_starts_afresh,
    trained,
    trained_on_permuted,
)

KEYS = ("loss", "val_loss")
LIMIT, PATIENCE = 20, 5

# With so few rows, and targets of mean 0, learning goes on for more than the first epochs.
FEW = 512

# Networks that have learnt reach 0.7 and more; those that have not stay below 0.05.
SKILL = 0.3

# A few trainings in a hundred end with a last hidden layer that is inactive for all rows, and an R2
# of 0, though the code is right. Of several, the one with the lowest validation loss is judged, as
# one would choose in practice. With 3 no more than 1 in 1000 rounds has none that is alive.
SEEDS = 3


def mse(y, y_pred):
    """Return the mean squared error."""
    return float(np.mean((y - y_pred) ** 2))


def r2(y, y_pred):
    """Return the share of the variance that is explained."""
    return 1 - mse(y, y_pred) / float(np.var(y))


def estimates(values, y, rows):
    """Return what predict() gave for rows as an array that fits their targets."""
    return answers(values, len(y), name=f"predict() of the {rows} rows")


def estimates_of_the_best(measure, data, number=0):
    """Return the estimates for the test rows of the best of SEEDS trainings."""
    runs = [
        measure(trained, data, seed, "predict")
        for seed in range(SEEDS * number, SEEDS * (number + 1))
    ]
    losses = [mse(data.y_valid, estimates(run.valid, data.y_valid, "validation")) for run in runs]
    return estimates(runs[int(np.argmin(losses))].test, data.y_test, "test")


def require_skill(measure, data):
    """Fail unless something is learnt at all; return its R2."""
    skilled = r2(data.y_test, estimates_of_the_best(measure, data))
    assert skilled > SKILL, (
        f"with the right targets of shape (n,), R2 on new districts is {skilled:.3f}; nothing was "
        "learnt yet"
    )
    return skilled


def trained_twice_on_few(submission, data):
    """Train on FEW rows, and again with the validation targets turned round.

    In the second training whatever is learnt makes the validation loss worse, so that the lowest is
    that of the first epochs, far below the last, and training has to stop soon.
    """
    mean = data.y_train.mean()
    few = data._replace(
        X_train=data.X_train[:FEW],
        y_train=data.y_train[:FEW] - mean,
        y_valid=data.y_valid - mean,
        X_test=data.X_valid,
    )
    first = trained(submission, few, 0, "predict")
    return first, trained(submission, few._replace(y_valid=-few.y_valid), 0, "predict")


def trained_on_columns(submission, data):
    """Train like ``trained(..., seed=0, ...)``, but with targets of shape (n, 1)."""
    X_train, X_valid, _ = submission.preprocess(data.X_train, data.X_valid, data.X_valid)
    y_train, y_valid = data.y_train[:, np.newaxis], data.y_valid[:, np.newaxis]
    model, history = assert_unmodified(submission.train, X_train, y_train, X_valid, y_valid, seed=0)
    X_test = submission.preprocess(data.X_train, data.X_valid, data.X_test)[2]
    return Training(history, submission.predict(model, X_valid), submission.predict(model, X_test))


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("Count the epochs since the lowest val_loss; at 5 stop. Never more than 20.")
def test_training_stops_early(measure, data):
    """train() stops 5 epochs after the lowest validation loss, not before and not later."""
    _, run = measure(trained_twice_on_few, data)
    history = assert_history(run.history, KEYS, epochs=LIMIT)
    assert_patience(history["val_loss"], PATIENCE, epochs=LIMIT)
    credit(0.6, "training stops in time when the validation loss rises")
    run = measure(trained, data, 0, "predict")
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
    _, run = measure(trained_twice_on_few, data)
    val_loss = assert_history(run.history, KEYS, epochs=LIMIT)["val_loss"]
    y = data.y_train.mean() - data.y_valid
    assert_best_weights(val_loss, mse(y, estimates(run.valid, y, "validation")))
    assert val_loss[-1] > val_loss.min(), (
        "with the validation targets turned round, the validation loss must rise while the loss "
        "falls; it did not, so nothing tells the best weights from the last ones"
    )
    credit(0.6, "the best weights are returned")
    run = measure(trained, data, 0, "predict")
    told = assert_history(run.history, KEYS, epochs=LIMIT)["val_loss"].min()
    found = mse(data.y_valid, estimates(run.valid, data.y_valid, "validation"))
    # A mean over batches of unequal size strays by a few in a hundred.
    assert abs(told - found) < 0.1 * found, (
        f"the lowest val_loss is {told:.4f}, but the returned model has the mean squared error "
        f"{found:.4f} on the validation rows"
        + (", of which val_loss is the root" if abs(told - found**0.5) < 0.02 * told else "")
    )


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("Call build_model(..., seed) inside train(), and seed the order of the rows.")
def test_every_call_starts_afresh(measure, data):
    """train() begins with an untrained network in every call, the same for the same seed."""
    first, again = measure(trained_twice_on_few, data)
    # What differs between the two are the validation targets: training must not depend on them.
    losses = [assert_history(run.history, KEYS, epochs=LIMIT)["loss"] for run in (first, again)]
    assert_starts_afresh(*losses)
    credit(0.6, "training starts afresh")
    epochs = min(map(len, losses))
    assert np.allclose(losses[0][:epochs], losses[1][:epochs], rtol=2e-3, atol=0), (
        "two calls of train() with the same training rows and seed have different losses: "
        f"{losses[0][epochs - 1]:.4f} and {losses[1][epochs - 1]:.4f} in epoch {epochs}"
    )


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("(n, 1) minus (n,) is (n, n). Flatten targets and outputs before you compare.")
def test_targets_as_a_column(measure, data):
    """train() learns as much from targets of shape (n, 1) as from the same of shape (n,)."""
    require_skill(measure, data)
    run = measure(trained, data, 0, "predict")
    flat = r2(data.y_test, estimates(run.test, data.y_test, "test"))
    run = measure(trained_on_columns, data)
    column = r2(data.y_test, estimates(run.test, data.y_test, "test"))
    constant = "\n  it answers nearly the same number for every row" if abs(column) < 0.05 else ""
    assert abs(column - flat) < 0.05, (
        f"after training with targets of shape (n, 1), R2 on new districts is {column:.3f}; with "
        f"the same targets of shape (n,) it is {flat:.3f}{constant}"
    )


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("After each epoch: if not np.isfinite(loss), raise ValueError. NaN is not > 0.")
def test_divergence_is_noticed(submission, rng):
    """train() raises ValueError when numbers that were not scaled make the loss NaN or infinite."""
    # Beyond float32 at once, and beyond float64 when squared: no optimizer's step is short enough.
    # The targets as well: some builds of a ReLU turn NaN into 0, and a network of zeros is finite.
    X = 1e200 * rng.normal(size=(160, 8))
    y = 1e200 * rng.uniform(0.5, 5.0, size=160)
    assert_raises("ValueError", submission.train, X[:128], y[:128], X[128:], y[128:], seed=0)


@pytest.mark.points(2)
@pytest.mark.depends_on("test_train_returns_a_history")
@pytest.mark.hint("Everything that the network knows must come from X_train and y_train.")
def test_permuted_targets_leave_no_skill(measure, data):
    """train() learns from its targets: with permuted ones there is no skill left."""
    require_skill(measure, data)
    run = measure(trained_on_permuted, data, "predict")
    lost = r2(data.y_test, estimates(run.test, data.y_test, "test"))
    assert lost < SKILL, (
        f"after training on permuted targets, R2 on new districts is {lost:.3f}, where about 0 was "
        "expected: the answers do not come from the targets that were given"
    )


# --- metrics: points rise linearly from the threshold `zero` to `full` ------------------------


@pytest.mark.metric("rmse")
@pytest.mark.depends_on("test_train_returns_a_history")
def test_rmse(measure, metric, data):
    """predict() of the best of three networks is close to the prices of districts never seen."""
    metric.score(
        lambda number: mse(data.y_test, estimates_of_the_best(measure, data, number)) ** 0.5
    )


@pytest.mark.metric("r2")
@pytest.mark.depends_on("test_train_returns_a_history")
def test_r2(measure, metric, data):
    """predict() of the best of three networks explains the variance of prices never seen."""
    metric.score(lambda number: r2(data.y_test, estimates_of_the_best(measure, data, number)))
