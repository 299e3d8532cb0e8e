"""Hidden tests of preprocess, build_model, n_parameters and predict_proba: before any training."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_equal, assert_unmodified, credit
from grader.checks.preprocessing import assert_standardised
from grader.checks.training import answers, assert_independent_rows


@pytest.mark.points(8)
@pytest.mark.reveal
@pytest.mark.hint("fit on X_train only; transform all three with what was fitted there.")
def test_scaler_is_fitted_on_training_rows_alone(submission, data, rng):
    """preprocess() takes its statistics from the training rows, wherever the others lie."""
    X_train = data.X_train[:200]
    # Other years, other vineyards: a leak of these rows moves every statistic.
    X_valid = 1.5 * data.X_valid[:40] + X_train.std(axis=0)
    X_test = 0.5 * data.X_valid[40:100] - 3.0 * X_train.std(axis=0)
    scaled = submission.preprocess(X_train, X_valid, X_test)
    assert_standardised(scaled, X_train, X_valid, X_test)
    credit(0.7, "the scaled values are right")
    X_train = rng.normal(loc=5.0, scale=[0.01, 1.0, 100.0], size=(30, 3))
    X_valid, X_test = X_train[:1] + 1.0, X_train[:2] - 2.0
    scaled = assert_unmodified(submission.preprocess, X_train, X_valid, X_test)
    assert_standardised(scaled, X_train, X_valid, X_test)


@pytest.mark.points(2)
@pytest.mark.hint("The first layer has 30 weights per input; count them from the model.")
@pytest.mark.parametrize("n_features", [1, 4, 23])
def test_parameters_of_other_networks(submission, n_features):
    """n_parameters() counts the parameters of networks with other numbers of inputs."""
    model = submission.build_model(n_features=n_features, seed=3)
    expected = 30 * n_features + 30 + 310 + 55 + 6
    assert_equal(
        submission.n_parameters(model),
        {"trainable": expected, "other": 0},
        name=f"n_parameters(model) for {n_features} inputs",
    )


@pytest.mark.points(3)
@pytest.mark.hint("Seed your framework inside build_model, right before the layers are made.")
def test_weights_depend_on_the_seed(submission, rng):
    """build_model() starts equally for equal seeds and otherwise for others."""
    X = rng.normal(size=(30, 6))
    p = [
        answers(
            submission.predict_proba(submission.build_model(n_features=6, seed=seed), X),
            len(X),
            name=f"predict_proba() of the network with seed {seed}",
        )
        for seed in (5, 6, 5)
    ]
    assert np.abs(p[0] - p[1]).max() > 1e-3, (
        "the networks with the seeds 5 and 6 answer the same; another seed must give other weights"
    )
    credit(0.5, "another seed gives other weights")
    assert np.abs(p[0] - p[2]).max() < 1e-4, (
        "two networks with the seed 5 answer differently; the same seed must give the same weights"
    )


@pytest.mark.points(3)
@pytest.mark.hint("A dense layer has no activation unless you add one; ReLU is max(0, z).")
def test_hidden_units_are_rectifiers(submission, rng):
    """build_model() gives the hidden layers an activation with a kink, which is ReLU."""
    # Along a line through its inputs, the output before the sigmoid is straight between the kinks
    # of rectifiers, always straight without activations, and nowhere sharply bent with smooth
    # ones. What is measured is the sharpest bend, as a share of the output's range. Over 400
    # draws for each kind, the median of three networks was above 0.0016 for ReLU with the starting
    # weights of Keras and of PyTorch, at most 0.0001 for linear networks, 0.0005 for tanh, ELU and
    # GELU, and mostly so for sigmoids.
    steps = np.linspace(-8.0, 8.0, 401)[:, None]
    bends = []
    for seed in (11, 12, 13):
        line = 0.3 * rng.normal(size=6) + steps * unit_vector(rng, 6)
        values = submission.predict_proba(submission.build_model(n_features=6, seed=seed), line)
        p = np.clip(answers(values, len(line), name="predict_proba(model, X)"), 1e-12, 1 - 1e-12)
        z = np.log(p) - np.log1p(-p)
        if np.ptp(z) > 1e-4:  # else all of its last units are silent, or it has none
            bends.append(np.abs(np.diff(z, n=2)).max() / np.ptp(z))
    assert bends, "the probabilities do not depend on the inputs"
    sharpest = float(np.median(bends))
    assert sharpest > 1e-4, "the network is linear: its hidden layers have no activation"
    assert sharpest > 1e-3, "the activation of the hidden layers has no kink; ReLU has one at 0"


def unit_vector(rng, size):
    """Return a random direction."""
    direction = rng.normal(size=size)
    return direction / np.linalg.norm(direction)


@pytest.mark.points(3)
@pytest.mark.hint("Scaling belongs into preprocess(), where statistics come from training rows.")
def test_answers_do_not_depend_on_other_rows(submission, rng):
    """predict_proba() gives a row the same answer in any order and in any company."""
    model = submission.build_model(n_features=11, seed=1)
    X = rng.normal(size=(150, 11))
    p = answers(submission.predict_proba(model, X), len(X), name="predict_proba(model, X)")
    assert np.ptp(p) > 1e-4, f"all rows have the same probability, {p[0]:.4f}"
    assert_independent_rows(submission.predict_proba, model, X, rng, name="predict_proba")
