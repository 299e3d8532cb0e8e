"""Hidden tests of what a perceptron learns: gates and separable data, and how it takes them."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_raises, assert_unmodified, credit

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])
OR = np.array([0, 1, 1, 1])
NAND = np.array([1, 1, 1, 0])


def separable(rng, dimensions, rows=40, margin=0.2):
    """Return random data that a plane separates with a margin on both sides.

    The first six rows are three pairs of opposite points, x and -x, all of class 1. No plane
    through the origin has both on one side, so that it takes a bias to get them right. In
    400 draws, 80 for each of 2, 3, 5, 7 and 10 dimensions, the batch rule needed 8 epochs at most.

    Returns:
        X: (rows, dimensions) float array; after the pairs uniform in a cube of side 2, without
            the margin.
        y: (rows,) int array, between 25 % and 75 % of it 1.
    """
    while True:
        normal = rng.normal(size=dimensions)
        normal /= np.linalg.norm(normal)
        offset = rng.uniform(0.3, 0.5)
        pairs = rng.uniform(-1, 1, size=(3, dimensions))
        pairs -= np.outer(pairs @ normal, normal)  # at distance `offset` from the plane
        X = np.vstack([pairs, -pairs, rng.uniform(-1, 1, size=(20 * rows, dimensions))])
        distance = X @ normal + offset
        X, distance = (part[np.abs(distance) >= margin][:rows] for part in (X, distance))
        y = (distance > 0).astype(int)
        if len(y) == rows and 0.25 <= y.mean() <= 0.75:
            return X, y


@pytest.mark.points(4)
@pytest.mark.hint("AND, OR and NAND are separable: from any start, at most 50 epochs suffice.")
def test_gates_from_twenty_starts(submission, rng):
    """AND, OR and NAND are learnt from each of 20 random starts."""
    # Of 4000 such starts none needed more than 12 epochs, for any gate.
    starts = rng.uniform(-1, 1, size=(20, 3))
    for fraction, name, gate in ((0.3, "AND", AND), (0.6, "OR", OR), (1.0, "NAND", NAND)):
        for start in starts:
            perceptron = submission.Perceptron(epochs=50, weights=start)
            perceptron.fit(CORNERS, gate)
            predicted = perceptron.predict(CORNERS)
            assert_equal(predicted, gate, name=f"prediction on {name} after 50 epochs")
        credit(fraction, f"{name} is learnt from every start")


@pytest.mark.points(5)
@pytest.mark.hint(
    "Nothing in the rule depends on two inputs: take the number of features from X.shape[1]. The "
    "bias must learn too: without it, only planes through the origin can be found."
)
@pytest.mark.parametrize("dimensions", [2, 3, 5, 7, 10])
def test_separable_data(submission, rng, dimensions):
    """Random separable data in 2 to 10 dimensions are learnt without an error."""
    X, y = separable(rng, dimensions)
    perceptron = submission.Perceptron(eta=0.1, epochs=200, seed=dimensions)
    perceptron.fit(X, y)
    assert_equal(perceptron.predict(X), y, name=f"prediction in {dimensions} dimensions")


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint("np.asarray(X, dtype=float) accepts lists and ints, for weights as well.")
def test_lists_and_ints(submission):
    """Lists and ints give the same weights and predictions as float arrays."""
    X, y, start = [[3, 7], [9, 2], [8, 5], [1, 4], [7, 9]], [0, 1, 1, 0, 0], [1, -2, 3]
    plain = submission.Perceptron(eta=0.37, epochs=100, weights=start)
    plain.fit(X, y)
    assert_equal(plain.predict(X), np.array(y), name="prediction from lists of ints")
    credit(0.5, "trained from lists of ints")
    floats = submission.Perceptron(eta=0.37, epochs=100, weights=np.array(start, dtype=float))
    floats.fit(np.array(X, dtype=float), np.array(y, dtype=float))
    assert_close(
        plain.weights,
        np.asarray(floats.weights),
        rtol=0.0,
        atol=1e-6,
        name="weight vector from lists",
    )


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.hint("In fit, raise ValueError unless every label is 0 or 1.")
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([-1, 1, 1, 1], id="minus-one-and-one"),
        pytest.param([0, 1, 2, 1], id="a-two"),
        pytest.param([0.0, 1.0, 0.5, 1.0], id="a-half"),
    ],
)
def test_other_labels_are_refused(submission, wrong):
    """Labels other than 0 and 1 are refused with ValueError."""
    perceptron = submission.Perceptron(epochs=20)
    perceptron.fit(CORNERS, OR)
    assert_equal(perceptron.predict(CORNERS), OR, name="prediction on OR")
    assert_raises("ValueError", perceptron.fit, CORNERS, np.array(wrong))


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint(
    "Work on copies: X = np.array(X, dtype=float) copies, X -= 1 changes the original."
)
def test_inputs_are_not_modified(submission):
    """None of fit, predict, is_separable and xor_network changes its arguments."""
    for fraction, kind, X, y in (
        (0.5, "arrays", CORNERS.astype(float), AND.astype(float)),
        (1.0, "lists", CORNERS.tolist(), AND.tolist()),
    ):
        perceptron = submission.Perceptron(epochs=20)
        assert_unmodified(perceptron.fit, X, y)
        predicted = assert_unmodified(perceptron.predict, X)
        assert_equal(predicted, AND, name=f"prediction on AND from {kind}")
        answer = assert_unmodified(submission.is_separable, X, y)
        assert_equal(answer, True, name=f"is_separable on AND from {kind}")
        parity = assert_unmodified(submission.xor_network, X)
        assert_equal(parity, np.array([0, 1, 1, 0]), name=f"xor_network from {kind}")
        credit(fraction, f"{kind} are left as they are")
