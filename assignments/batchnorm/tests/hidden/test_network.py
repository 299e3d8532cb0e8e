"""Hidden tests of build_model, n_parameters, train and predict_proba.

What is trained is shared: one training per network and seed serves all tests of this folder.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from grader.checks import (
    assert_between,
    assert_close,
    assert_equal,
    assert_finite,
    assert_shape,
    credit,
)


class Answers(NamedTuple):
    """What one trained network answers: (n, 10) arrays as the submission returned them.

    Attributes:
        valid: for the validation rows.
        company: for the validation rows in reverse order, behind the test rows.
        pair: for the first two validation rows by themselves. Not one: in training mode a layer
            of PyTorch refuses it, and whoever forgot to evaluate would lose all that is trained.
        test: for the test rows.
    """

    valid: object
    company: object
    pair: object
    test: object


def trained(submission, data, batchnorm, seed):
    """Train one network on the training rows; the test rows come after that."""
    return _answers(submission, data, data.y_train, batchnorm, seed)


def trained_on_permuted(submission, data):
    """Train one network on labels in random order, from which nothing can be learnt."""
    # One permutation for everybody: it is not the student's to have luck.
    return _answers(submission, data, np.random.default_rng(0).permutation(data.y_train), True, 0)


def _answers(submission, data, labels, batchnorm, seed):
    features = data.X_train.shape[1]
    model = submission.build_model(batchnorm, seed, n_features=features)
    model = submission.train(model, data.X_train, labels, seed)
    valid = submission.predict_proba(model, data.X_valid)
    both = submission.predict_proba(model, np.concatenate([data.X_test, data.X_valid[::-1]]))
    pair = submission.predict_proba(model, data.X_valid[:2])
    rows = len(data.X_test)
    assert_shape(both, (rows + len(data.X_valid), 10), name="predict_proba(model, X)")
    return Answers(valid, np.asarray(both)[rows:], pair, np.asarray(both)[:rows])


def untrained(submission, data):
    """Return what networks answer before they are trained, by name."""
    X = data.X_valid[:20]

    def answers(batchnorm, seed):
        model = submission.build_model(batchnorm, seed, n_features=X.shape[1])
        return submission.predict_proba(model, X)

    return {
        "with": answers(True, 0),
        "without": answers(False, 0),
        "other": answers(False, 1),
        "again": answers(False, 0),
    }


def accuracy(p, y):
    """Return the share of rows whose most probable class is right."""
    assert_finite(p, name="predict_proba(model, X)")
    assert_shape(p, (len(y), 10), name="predict_proba(model, X)")
    return float(np.mean(np.argmax(np.asarray(p), axis=1) == y))


@pytest.mark.points(2)
@pytest.mark.hint("n_features decides the first layer's weights; nothing else depends on it.")
def test_parameters_of_the_digits_network(submission):
    """n_parameters() counts 64-300-100-10 with and without batch normalization."""
    for batchnorm, expected in (
        (False, {"trainable": 50_610, "other": 0}),
        (True, {"trainable": 51_410, "other": 800}),
    ):
        model = submission.build_model(batchnorm, 3, n_features=64)
        name = f"n_parameters(build_model({batchnorm}, 3, n_features=64))"
        assert_equal(submission.n_parameters(model), expected, name=name)


@pytest.mark.points(2)
@pytest.mark.hint(
    "Set the seed first thing in build_model: the same weights are then drawn with and without "
    "batch normalization, and a network that has not been trained evaluates alike with both."
)
def test_both_networks_start_alike(measure, data):
    """build_model() starts from the same weights with and without batch normalization."""
    found = measure(untrained, data)
    probabilities = np.asarray(found["without"])
    assert_shape(probabilities, (20, 10), name="predict_proba(model, X)")
    # An answer that ignores its row would be alike with anything.
    assert np.ptp(probabilities, axis=0).max() > 1e-3, "all rows get the same answer"
    # Other weights change probabilities by some 0.1; a layer's eps of 0.001 by 0.0005.
    assert_close(
        found["with"],
        probabilities,
        rtol=0,
        atol=5e-3,
        name="the answer of build_model(True, 0), beside that of build_model(False, 0),",
    )


@pytest.mark.points(2)
@pytest.mark.hint("keras.utils.set_random_seed(seed) or torch.manual_seed(seed), in build_model.")
def test_seed_decides_the_start(measure, data):
    """build_model() draws the same weights for the same seed and others for another."""
    found = measure(untrained, data)
    first = np.asarray(found["without"])
    assert_shape(first, (20, 10), name="predict_proba(model, X)")
    assert not np.allclose(found["other"], first, rtol=0, atol=1e-3), (
        "the networks of seed 0 and seed 1 answer alike"
    )
    assert_close(
        found["again"], first, rtol=0, atol=1e-5, name="the answer of seed 0, built again,"
    )


@pytest.mark.points(4)
@pytest.mark.hint(
    "Evaluation mode: model.eval() in PyTorch, model.predict or model(X, training=False) in Keras. "
    "The last layer is softmax, over the ten classes of a row."
)
def test_answers_are_probabilities_of_single_rows(measure, data):
    """predict_proba() gives probabilities that depend on no other row."""
    found = measure(trained, data, True, 0)
    valid = np.asarray(found.valid)
    assert_shape(valid, (len(data.X_valid), 10), name="predict_proba(model, X)")
    assert_between(valid, 0, 1 + 1e-4, name="predict_proba(model, X)")
    assert_close(valid.sum(axis=1), np.ones(len(valid)), rtol=0, atol=1e-3, name="sums of the rows")
    assert np.ptp(valid, axis=0).max() > 1e-3, "all rows get the same answer"
    credit(0.4, "they are probabilities")
    assert_close(
        found.company[::-1], valid, rtol=0, atol=1e-3, name="the answer among 797 other rows"
    )
    assert_close(found.pair, valid[:2], rtol=0, atol=1e-3, name="the answer for two rows alone")


@pytest.mark.points(3)
@pytest.mark.hint(
    "Learn from the X and y that train() is given, and from nothing else: no data set of your own, "
    "no model that was trained before."
)
def test_permuted_labels_lose_the_skill(measure, data):
    """train() learns from the labels that it is given, and from permuted ones nothing."""
    # Chance is 10 %; a network that learns noise by heart strays from it by a few per cent.
    skill = accuracy(measure(trained_on_permuted, data).test, data.y_test)
    assert skill < 0.35, (
        f"trained on labels in random order, {skill:.1%} of the test rows are still right"
    )
    credit(0.3, "permuted labels give no skill")
    skill = accuracy(measure(trained, data, True, 0).valid, data.y_valid)
    assert skill > 0.5, (
        f"trained on right labels, only {skill:.1%} of the validation rows are right"
    )


@pytest.mark.metric("accuracy_with")
@pytest.mark.depends_on("test_permuted_labels_lose_the_skill")
def test_accuracy_with_batch_normalization(measure, metric, data):
    """The share of test rows that are right, with batch normalization."""
    metric.score(lambda seed: accuracy(measure(trained, data, True, seed).test, data.y_test))


@pytest.mark.metric("accuracy_without")
@pytest.mark.depends_on("test_permuted_labels_lose_the_skill")
def test_accuracy_without_batch_normalization(measure, metric, data):
    """The share of test rows that are right, without batch normalization."""
    metric.score(lambda seed: accuracy(measure(trained, data, False, seed).test, data.y_test))


# --- the ablation ------------------------------------------------------------------------------


def ablated(submission, data):
    """Return what ablate() says of seeds 0 and 1.

    Its training rows and test rows are the training rows and the validation rows of the round, so
    that it must find what the networks trained above answer.
    """
    X = np.concatenate([data.X_train, data.X_valid])
    y = np.concatenate([data.y_train, data.y_valid])
    return submission.ablate(X, y, [0, 1])


@pytest.mark.points(6)
@pytest.mark.depends_on("test_permuted_labels_lose_the_skill")
@pytest.mark.hint(
    "For each seed: build_model, train on all rows but the last n // 5, predict_proba for those. "
    "The same seed must give the same accuracy again: set it in build_model and in train. What was "
    "trained on is no test."
)
def test_ablate_says_what_the_networks_do(measure, data):
    """ablate() finds the accuracies that build_model, train and predict_proba give."""
    rows = len(data.y_valid)
    claims = measure(ablated, data)
    runs = {
        (name, seed): measure(trained, data, name == "with", seed)
        for seed in (0, 1)
        for name in ("with", "without")
    }
    assert_equal(sorted(claims), ["with", "without"], name="keys of ablate(X, y, [0, 1])")
    for name in ("with", "without"):
        assert_shape(claims[name], (2,), name=f'["{name}"] of two seeds')
        accuracies = np.asarray(claims[name], dtype=float)
        assert_between(accuracies, 0, 1, name=f'["{name}"]')
        whole = np.round(accuracies * rows) / rows
        assert_close(accuracies, whole, rtol=0, atol=1e-6, name=f'["{name}"] in shares of {rows}')
    different = 0
    for (name, seed), run in runs.items():
        found = accuracy(run.valid, data.y_valid)
        claim = float(np.asarray(claims[name], dtype=float)[seed])
        different += abs(claim - found) > 0.5 / rows
        # One row in all may be a close decision, which another order of summation turns.
        same = abs(claim - found) < 1.5 / rows and different <= 1
        assert same, (
            f'["{name}"] of seed {seed} is {claim:.3f}; build_model, train on the first '
            f"{len(data.y_train)} rows and predict_proba with that seed give {found:.3f}"
        )
