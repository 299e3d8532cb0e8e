"""Public tests of the perceptron: the figures of the handout and one test per function."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, credit

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])
OR = np.array([0, 1, 1, 1])
XOR = np.array([0, 1, 1, 0])


@pytest.mark.points(5)
@pytest.mark.hint(
    "The bias column is -1: with weights [1, 1, 1.5] the sum is z = x1 + x2 - 1.5, and the neuron "
    "fires if z > 0. Given weights can be used by predict without training."
)
def test_neuron_with_given_weights(submission):
    """With the weights [1, 1, 1.5] the neuron computes AND, with [1, 1, 0.5] it computes OR."""
    conjunction = submission.Perceptron(weights=[1.0, 1.0, 1.5])
    assert_equal(conjunction.predict(CORNERS), AND, name="prediction with [1, 1, 1.5]")
    credit(0.6, "AND is right")
    disjunction = submission.Perceptron(weights=[1.0, 1.0, 0.5])
    assert_equal(disjunction.predict(CORNERS), OR, name="prediction with [1, 1, 0.5]")


@pytest.mark.points(7)
@pytest.mark.hint(
    "Work through the handout's first epoch by hand and compare. The errors of all rows are "
    "summed (no mean), and the weights change once per epoch."
)
def test_and_from_the_handout(submission):
    """Training on AND ends at the weights in the handout."""
    start = [4.49529150e-05, 1.85654482e-04, -3.14676580e-05]
    perceptron = submission.Perceptron(eta=0.5, epochs=10, weights=start)
    perceptron.fit(CORNERS, AND)
    assert_equal(perceptron.predict(CORNERS), AND, name="prediction after training on AND")
    credit(0.3, "the predictions are right")
    assert_close(
        perceptron.weights,
        np.array([0.50004495, 0.50018565, 0.99996853]),
        rtol=0.0,
        atol=1e-6,
        name="weight vector after ten epochs",
    )


@pytest.mark.points(6)
@pytest.mark.hint(
    "Ten epochs, the default, are enough for AND and OR from any start between -0.01 and 0.01."
)
def test_default_perceptron_learns_and_and_or(submission):
    """A Perceptron with default settings learns AND and OR."""
    for fraction, name, gate in ((0.5, "AND", AND), (1.0, "OR", OR)):
        perceptron = submission.Perceptron()
        perceptron.fit(CORNERS, gate)
        assert_equal(perceptron.predict(CORNERS), gate, name=f"prediction on {name}")
        credit(fraction, f"{name} is learnt")


@pytest.mark.points(4)
@pytest.mark.hint(
    "Append a copy of the weights to history at the end of every epoch. After training, weights "
    "are the last entry."
)
def test_weights_and_history_after_training(submission):
    """After ten epochs, weights has 3 numbers and history has 10 entries, the last the same."""
    perceptron = submission.Perceptron(epochs=10)
    perceptron.fit(CORNERS, OR)
    weights = perceptron.weights
    assert np.shape(weights) == (3,), f"weights has shape {np.shape(weights)}, expected (3,)"
    credit(0.5, "weights has the right shape")
    history = perceptron.history
    assert len(history) == 10, f"history has {len(history)} entries after 10 epochs, expected 10"
    assert_close(history[-1], np.asarray(weights), name="last entry of history")


@pytest.mark.points(4)
@pytest.mark.hint(
    "Train a Perceptron and see whether it gets every row right. XOR has no such line."
)
def test_is_separable_on_gates(submission):
    """is_separable says True for AND and for OR, and False for XOR."""
    assert_equal(submission.is_separable(CORNERS, AND), True, name="is_separable on AND")
    assert_equal(submission.is_separable(CORNERS, OR), True, name="is_separable on OR")
    assert_equal(submission.is_separable(CORNERS, XOR), False, name="is_separable on XOR")


@pytest.mark.points(4)
@pytest.mark.hint(
    "Train one Perceptron on OR, one on NAND and one on AND, all on the four corners. The outputs "
    "of OR and NAND are the two inputs of AND."
)
def test_xor_network_on_the_corners(submission):
    """xor_network is right on all four rows of XOR."""
    assert_equal(submission.xor_network(CORNERS), XOR, name="xor_network on the corners")
