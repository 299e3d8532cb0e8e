"""Hidden tests of preprocess, build_model, n_parameters and predict: before any training."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_equal, assert_unmodified, credit
from grader.checks.preprocessing import assert_standardised
from grader.checks.training import answers, assert_independent_rows


@pytest.mark.points(7)
@pytest.mark.reveal
@pytest.mark.hint("fit on X_train only; transform all three with what was fitted there.")
def test_scaler_is_fitted_on_training_rows_alone(submission, data, rng):
    """preprocess() takes its statistics from the training rows, wherever the others lie."""
    X_train = data.X_train[:200]
    # Other districts in another state: a leak of these rows moves every statistic.
    X_valid = 1.5 * data.X_valid[:40] + X_train.std(axis=0)
    X_test = 0.5 * data.X_valid[40:100] - 3.0 * X_train.std(axis=0)
    scaled = submission.preprocess(X_train, X_valid, X_test)
    assert_standardised(scaled, X_train, X_valid, X_test)
    credit(0.8, "the scaled values are right")
    X_train = rng.normal(loc=5.0, scale=[0.01, 1.0, 100.0], size=(30, 3))
    X_valid, X_test = X_train[:1] + 1.0, X_train[:2] - 2.0
    scaled = assert_unmodified(submission.preprocess, X_train, X_valid, X_test)
    assert_standardised(scaled, X_train, X_valid, X_test)


@pytest.mark.points(2)
@pytest.mark.hint("The first layer has 30 weights per input; count them from the model.")
@pytest.mark.parametrize("n_features", [1, 5, 13])
def test_parameters_of_other_networks(submission, n_features):
    """n_parameters() counts the parameters of networks with other numbers of inputs."""
    model = submission.build_model(n_features=n_features, seed=3)
    expected = 30 * n_features + 30 + 310 + 55 + 6
    assert_equal(
        submission.n_parameters(model),
        {"trainable": expected, "other": 0},
        name=f"n_parameters(model) for {n_features} inputs",
    )


@pytest.mark.points(5)
@pytest.mark.hint(
    "ReLU in the three hidden layers; nothing after the last one: a price is any real number."
)
def test_activations_of_the_network(submission, rng):
    """build_model() makes hidden layers that are not linear, and an output that is."""
    A = 100.0 * rng.normal(size=(50, 8))
    X = np.concatenate([A, -A, np.zeros((1, 8))])
    estimates = []
    for seed in range(6):  # by chance, a network may have one sign for nearly all rows; not six
        model = submission.build_model(n_features=8, seed=seed)
        estimates.append(answers(submission.predict(model, X), len(X), name="predict(model, X)"))
    low, high = np.min(estimates), np.max(estimates)
    assert high > low, f"six networks answer {low:.4f} for every row"
    assert low < -1.0 < 1.0 < high, (
        f"for inputs of the order of 100, six new networks answer between {low:.4g} and "
        f"{high:.4g}. A linear output has no such bounds: use no activation there"
    )
    credit(0.5, "the output is linear")
    # Of a linear function f, f(a) + f(-a) = 2 f(0), whatever its weights and biases are.
    bent = max(np.abs(f[:50] + f[50:100] - 2 * f[100]).max() for f in estimates)
    assert bent > 1e-3 * (high - low), (
        "the network is linear: f(a) + f(-a) = 2 f(0) for all rows a. Its hidden layers need an "
        "activation"
    )


@pytest.mark.points(2)
@pytest.mark.hint("Seed your framework inside build_model, right before the layers are made.")
def test_weights_depend_on_the_seed(submission, rng):
    """build_model() starts equally for equal seeds and otherwise for others."""
    X = rng.normal(size=(30, 6))
    first, other, again = [
        answers(
            submission.predict(submission.build_model(n_features=6, seed=seed), X),
            len(X),
            name=f"predict() of the network with seed {seed}",
        )
        for seed in (5, 6, 5)
    ]
    assert np.abs(first - other).max() > 1e-3, (
        "the networks with the seeds 5 and 6 answer the same; another seed must give other weights"
    )
    credit(0.5, "another seed gives other weights")
    assert np.abs(first - again).max() < 1e-4, (
        "two networks with the seed 5 answer differently; the same seed must give the same weights"
    )


@pytest.mark.points(3)
@pytest.mark.hint("Scaling belongs into preprocess(), where statistics come from training rows.")
def test_answers_do_not_depend_on_other_rows(submission, rng):
    """predict() gives a row the same answer in any order and in any company."""
    model = submission.build_model(n_features=8, seed=1)
    X = rng.normal(size=(150, 8))
    y_pred = answers(submission.predict(model, X), len(X), name="predict(model, X)")
    assert np.ptp(y_pred) > 1e-3, f"all rows have the same estimate, {y_pred[0]:.4f}"
    assert_independent_rows(submission.predict, model, X, rng, name="predict")
