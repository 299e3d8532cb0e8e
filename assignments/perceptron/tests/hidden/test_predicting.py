"""Hidden tests of predict: the bias, z = 0, shapes and types."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_equal, credit

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
OR = np.array([0, 1, 1, 1])


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.hint(
    "z = w1 x1 + ... + wn xn - w(n+1): the bias weight is the last one and its input is -1."
)
def test_bias_is_a_threshold(submission, rng):
    """The neuron compares its weighted inputs with the last weight, the threshold."""
    while True:  # until each reading of the weights gives other labels, and no row is near z = 0
        X, weights = rng.normal(size=(40, 3)), rng.normal(size=4)
        z = X @ weights[:-1] - weights[-1]
        readings = {
            "a bias column of +1 instead of -1": X @ weights[:-1] + weights[-1],
            "the bias weight first instead of last": X @ weights[1:] - weights[0],
            "a neuron without a bias": X @ weights[:-1],
        }
        expected = (z > 0).astype(int)
        if np.abs(z).min() > 1e-3 and all(
            np.sum((other > 0) != expected) > 2 for other in readings.values()
        ):
            break
    predicted = submission.Perceptron(weights=weights).predict(X)
    for reading, other in readings.items():
        assert not np.array_equal(predicted, (other > 0).astype(int)), (
            f"the predictions are those of {reading}"
        )
    assert_equal(predicted, expected, name="prediction with given weights")


@pytest.mark.points(3)
@pytest.mark.hint("np.atleast_2d turns a row of shape (n_features,) into (1, n_features).")
def test_single_row(submission):
    """A single row of shape (n_features,) gives a prediction of shape (1,)."""
    perceptron = submission.Perceptron(epochs=20)
    perceptron.fit(CORNERS, OR)
    for row, expected in (([0.0, 1.0], [1]), ([0.0, 0.0], [0])):
        predicted = perceptron.predict(np.array(row))
        assert_equal(predicted, np.array(expected), name=f"prediction for the row {row}")


@pytest.mark.points(2)
@pytest.mark.hint("The bias column has as many rows as the X that is passed to predict.")
@pytest.mark.parametrize("rows", [1, 7])
def test_other_number_of_rows(submission, rng, rows):
    """After training on 4 rows, predict works for 1 row and for 7 rows."""
    perceptron = submission.Perceptron(epochs=20)
    perceptron.fit(CORNERS, OR)
    order = np.resize(rng.permutation(4), max(rows, 4))  # every corner at least once
    for chosen in order.reshape(-1, rows):
        predicted = perceptron.predict(CORNERS[chosen])
        assert_equal(predicted, OR[chosen], name=f"prediction for {rows} row{'s'[: rows - 1]}")


@pytest.mark.points(2)
@pytest.mark.hint("Turn True and False into ints with (z > 0).astype(int), and return an array.")
def test_predictions_are_an_int_array(submission):
    """The predictions and the answers of xor_network are arrays of ints."""
    perceptron = submission.Perceptron(epochs=20)
    perceptron.fit(CORNERS, OR)
    for fraction, name, function in (
        (0.5, "predict", perceptron.predict),
        (1.0, "xor_network", submission.xor_network),
    ):
        predicted = function(CORNERS)
        kind = type(predicted).__name__
        assert isinstance(predicted, np.ndarray), f"{name} returned {kind}, expected an array"
        assert predicted.dtype.kind in "iu", (
            f"{name} returned an array of {predicted.dtype}, expected one of ints"
        )
        assert predicted.shape == (4,), f"{name} returned shape {predicted.shape}, expected (4,)"
        assert set(predicted.tolist()) == {0, 1}, f"{name} returned {predicted}, expected 0 and 1"
        credit(fraction, f"{name} is right")


@pytest.mark.points(2)
@pytest.mark.hint("The neuron fires if and only if z > 0, so at z = 0 it is silent.")
def test_silent_at_zero(submission):
    """At z = 0 exactly, the neuron is silent."""
    # Small integers, so z is exact in floating point, in any order of summation.
    neuron = submission.Perceptron(weights=[2.0, -3.0, 0.0])
    X = np.array([[3.0, 2.0], [-3.0, -2.0], [2.0, 1.0], [1.0, 1.0]])  # z = 0, 0, 1, -1
    assert_equal(neuron.predict(X), np.array([0, 0, 1, 0]), name="prediction for z = 0, 0, 1, -1")
