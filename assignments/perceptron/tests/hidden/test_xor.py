"""Hidden tests of what one neuron cannot do, and of the network that can."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_equal, credit

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])
XOR = np.array([0, 1, 1, 0])


@pytest.mark.points(3)
@pytest.mark.hint(
    "A Perceptron is one neuron: it draws one line, whatever its weights, so one of XOR's four "
    "rows is always wrong. predict must use nothing but X and the weights."
)
def test_one_neuron_cannot_learn_xor(submission, rng):
    """One neuron never gets more than 3 of the 4 rows of XOR right, and is_separable knows."""
    learner = submission.Perceptron(epochs=50)
    learner.fit(CORNERS, AND)
    assert_equal(learner.predict(CORNERS), AND, name="prediction on AND")
    for start in rng.uniform(-1, 1, size=(20, 3)):
        perceptron = submission.Perceptron(epochs=25, weights=start)
        perceptron.fit(CORNERS, XOR)
        accuracy = np.mean(np.asarray(perceptron.predict(CORNERS)) == XOR)
        assert accuracy <= 0.75, f"accuracy {accuracy:.2f} on XOR, possible is 0.75 at most"
    credit(0.5, "one neuron fails on XOR, as it must")
    assert_equal(submission.is_separable(CORNERS, XOR), False, name="is_separable on XOR")


@pytest.mark.points(3)
@pytest.mark.depends_on("test_is_separable_on_gates")
@pytest.mark.hint(
    "is_separable is True exactly if some training epoch ends with every row right. It must work "
    "for any number of rows and features."
)
def test_is_separable_in_more_dimensions(submission, rng):
    """is_separable tells separable from inseparable data in 1 to 6 dimensions."""
    X = rng.normal(size=(24, 6))
    y = (X[:, 0] > 0).astype(int)
    X[:, 0] += np.where(y == 1, 2.0, -2.0)  # a gap of 4 between the classes
    assert_equal(submission.is_separable(X, y), True, name="is_separable on two distant classes")
    # The same row once with each label: no plane can have it on both sides.
    X, y = np.vstack([X, X[:1]]), np.append(y, 1 - y[0])
    answer = submission.is_separable(X, y)
    assert_equal(answer, False, name="is_separable with one row labelled both 0 and 1")
    credit(0.5, "right in 6 dimensions")
    bits = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    answer = submission.is_separable(bits, (bits.sum(axis=1) >= 2).astype(int))
    assert_equal(answer, True, name="is_separable on the majority of three bits")
    answer = submission.is_separable(bits, bits.sum(axis=1) % 2)
    assert_equal(answer, False, name="is_separable on the parity of three bits")
    between = np.array([[0.0], [1.0], [2.0]])
    answer = submission.is_separable(between, np.array([0, 1, 0]))
    assert_equal(answer, False, name="is_separable with class 1 between two rows of class 0")


@pytest.mark.points(2)
@pytest.mark.depends_on("test_is_separable_on_gates")
@pytest.mark.hint("Pass `epochs` on to the Perceptron: its default of 10 is too few here.")
def test_is_separable_is_patient(submission):
    """is_separable goes on for as many epochs as it was told, 1000 by default."""
    # One threshold between 4 and 5, where the relative gap is narrow. A start that happens to be
    # right for one labelling is wrong for the other. Of 4000 starts between -0.01 and 0.01 none
    # needed fewer than 38 or more than 84 epochs otherwise; by the per-sample rule 22 to 47.
    X = np.array([[4.0], [5.0]])
    for y in (np.array([0, 1]), np.array([1, 0])):
        answer = submission.is_separable(X, y)
        assert_equal(answer, True, name=f"is_separable with 1000 epochs and labels {y}")
        answer = submission.is_separable(X, y, epochs=200)
        assert_equal(answer, True, name=f"is_separable with 200 epochs and labels {y}")


@pytest.mark.points(2)
@pytest.mark.depends_on("test_xor_network_on_the_corners")
@pytest.mark.hint(
    "Train the three Perceptrons on the four corners, not on the argument X: that may hold any "
    "number of rows, in any order."
)
def test_xor_network_on_other_rows(submission, rng):
    """xor_network is right for any number of rows in any order."""
    for rows in ([3], [1, 1], rng.permutation(4), rng.integers(0, 4, size=9)):
        predicted = submission.xor_network(CORNERS[rows])
        asked = CORNERS[rows].tolist()
        assert_equal(predicted, XOR[rows], name=f"xor_network on {asked}")


@pytest.mark.points(2)
@pytest.mark.depends_on("test_xor_network_on_the_corners")
@pytest.mark.hint(
    "Compute XOR with three trained Perceptrons: AND of the outputs of OR and NAND. Comparing the "
    "two inputs with each other is no network."
)
def test_xor_network_away_from_the_corners(submission):
    """Away from the corners, xor_network answers as OR, NAND and AND neurons do."""
    # These answers hold for all weights with which the three neurons are right on the corners.
    # OR fires at (0, 1) and (1, 0) and NAND does too, hence both fire on the segment between the
    # two corners. OR has positive weights and a threshold >= 0 (it fires at (0, 1) and (1, 0) but
    # not at (0, 0)), so it is silent where both inputs are negative. NAND fires at (0, 1) and
    # (1, 0) but not at (1, 1), so its weights are negative: it is silent where both exceed 1.
    between = np.array([[0.5, 0.5], [0.25, 0.75], [0.625, 0.375]])
    predicted = submission.xor_network(between)
    assert_equal(predicted, np.array([1, 1, 1]), name="xor_network between (0, 1) and (1, 0)")
    credit(0.5, "right between (0, 1) and (1, 0)")
    outside = np.array([[-0.5, -0.25], [1.5, 1.25], [-3.0, -1.0], [2.0, 4.0]])
    predicted = submission.xor_network(outside)
    assert_equal(predicted, np.array([0, 0, 0, 0]), name="xor_network beyond (0, 0) and (1, 1)")
