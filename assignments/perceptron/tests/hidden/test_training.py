"""Hidden tests of training: the weights after every epoch, and what they depend on.

The gates' weights are worked out by hand. Inputs are 0 or 1 and the bias input is -1, so every
epoch adds an integer multiple of eta to each weight. The tables count these multiples, summed up
from the start: weights after epoch k = initial weights + eta * table[k - 1]. The initial weights
are small, but decide each comparison in which the multiples alone would give z = 0.
"""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, credit

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])
OR = np.array([0, 1, 1, 1])
XOR = np.array([0, 1, 1, 0])

AND_START = np.array([4.49529150e-05, 1.85654482e-04, -3.14676580e-05])
AND_TABLE = np.array(
    [
        (-1, -1, 3),  # all four rows fired; the errors (-1, -1, -1, 0) add (-1, -1, +3)
        (0, 0, 2),  # no row fired; the error of (1, 1) adds (+1, +1, -1)
        (1, 1, 1),  # no row fired: again (+1, +1, -1)
        (0, 0, 3),  # all but (0, 0) fired; the errors (0, -1, -1, 0) add (-1, -1, +2)
        (1, 1, 2),  # no row fired: (+1, +1, -1); from here on every row is right
    ]
)
OR_START = np.array([-4.24035454e-05, 1.13286067e-04, 4.02537022e-05])
OR_TABLE = np.array(
    [
        (1, 0, -1),  # (0, 1) and (1, 1) fired; the error of (1, 0) adds (+1, 0, -1)
        (1, 0, 0),  # all fired; the error of (0, 0) adds (0, 0, +1); every row is right now
    ]
)
XOR_START = np.array([-1.51414242e-04, 1.54706413e-04, 4.27810246e-05])
XOR_TABLE = np.array(
    [
        (1, 0, -1),  # only (0, 1) fired; the error of (1, 0) adds (+1, 0, -1)
        (0, -1, 1),  # all fired; the errors of (0, 0) and (1, 1) add (-1, -1, +2)
    ]
)  # and so on: no row fires now, (0, 1) and (1, 0) add (+1, +1, -2), which gives the first again

# The initial weights reach 1e-4, and weights that took a wrong turn are off by 0.125 at least (the
# mean of four rows at eta = 0.5). Between the two, 1e-6 accepts single precision and six decimals.
EXACT = {"rtol": 0.0, "atol": 1e-6}


def trained(submission, X, y, **settings):
    """Return a Perceptron after training; whether fit returns it has a test of its own."""
    perceptron = submission.Perceptron(**settings)
    perceptron.fit(X, y)
    return perceptron


def epochs_of(perceptron, count):
    """Return the first entries of the history, each (n_features + 1,)."""
    history = perceptron.history
    assert len(history) >= count, (
        f"history has {len(history)} entries, expected one for each epoch, at least {count} here"
    )
    assert any(not np.array_equal(entry, history[0]) for entry in history), (
        "all entries of history are equal: one array was appended every time and then changed in "
        "place; append a copy, or make a new array with w = w + ..."
    )
    return history[:count]


def after_each_epoch(rule, X, y, *, start, eta, epochs):
    """Return the weights after each epoch of one learning rule, (epochs, n_features + 1).

    Args:
        rule: "batch" (sum over all rows), "mean" (mean over all rows) or "sample" (weights change
            after every row).
        X: (n, n_features) float array.
        y: (n,) array of 0 and 1.
        start: (n_features + 1,) initial weights.
        eta: learning rate.
        epochs: number of epochs.
    """
    inputs = np.column_stack([X, -np.ones(len(X))])
    groups = [[row] for row in range(len(X))] if rule == "sample" else [list(range(len(X)))]
    scale = eta / len(X) if rule == "mean" else eta
    weights, history = np.array(start), []
    for _ in range(epochs):
        for rows in groups:
            errors = y[rows] - (inputs[rows] @ weights > 0)
            weights = weights + scale * errors @ inputs[rows]
        history.append(weights)
    return np.array(history)


@pytest.mark.points(5)
@pytest.mark.hint(
    "Compare with the handout's table; history begins with the weights after the first epoch. If "
    "that is right and later ones are not, check that all outputs are computed again from the new "
    "weights, and that history holds copies."
)
def test_and_after_every_epoch(submission):
    """Training on AND: the weights are right after every epoch until no row is wrong."""
    perceptron = trained(submission, CORNERS, AND, eta=0.5, epochs=10, weights=AND_START)
    history = epochs_of(perceptron, len(AND_TABLE))
    expected = AND_START + 0.5 * AND_TABLE
    first = np.asarray(history[0]) - AND_START
    assert_close(first, 0.5 * AND_TABLE[0], name="change of the weights in epoch 1", **EXACT)
    credit(0.4, "the first epoch is right")
    assert_close(history, expected, name="history of epochs 1 to 5", **EXACT)
    credit(0.8, "every epoch up to the last change is right")
    assert_close(perceptron.weights, expected[-1], name="weight vector after ten epochs", **EXACT)


@pytest.mark.points(4)
@pytest.mark.hint("Work out two epochs on OR by hand, as the handout does for AND, and compare.")
def test_or_after_every_epoch(submission):
    """Training on OR: the weights are right after every epoch until no row is wrong."""
    perceptron = trained(submission, CORNERS, OR, eta=0.5, epochs=10, weights=OR_START)
    history = epochs_of(perceptron, len(OR_TABLE))
    expected = OR_START + 0.5 * OR_TABLE
    first = np.asarray(history[0]) - OR_START
    assert_close(first, 0.5 * OR_TABLE[0], name="change of the weights in epoch 1", **EXACT)
    credit(0.4, "the first epoch is right")
    assert_close(history, expected, name="history of epochs 1 and 2", **EXACT)
    credit(0.8, "every epoch up to the last change is right")
    assert_close(perceptron.weights, expected[-1], name="weight vector after ten epochs", **EXACT)


@pytest.mark.points(3)
@pytest.mark.hint("On XOR the weights go back and forth between two values for ever.")
def test_xor_goes_back_and_forth(submission):
    """Training on XOR: the weights go back and forth between two values."""
    for epochs, multiples in ((49, XOR_TABLE[0]), (50, XOR_TABLE[1])):
        perceptron = trained(submission, CORNERS, XOR, eta=0.5, epochs=epochs, weights=XOR_START)
        expected = XOR_START + 0.5 * multiples
        name = f"weight vector after {epochs} epochs"
        assert_close(perceptron.weights, expected, name=name, **EXACT)


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.hint(
    "One epoch: compute the outputs of all rows with the same weights, sum what all the errors "
    "ask for, change the weights once."
)
def test_batch_rule_on_random_data(submission, rng):
    """Each epoch changes the weights once, by the sum over all rows (the batch rule)."""
    eta, epochs = 0.3, 4
    while True:  # until the data tell the three rules apart; the first draw does, nearly always
        X, start = rng.normal(size=(6, 3)), rng.normal(scale=0.5, size=4)
        y = np.array([0, 1, 0, 1, 1, 0])
        rules = {
            rule: after_each_epoch(rule, X, y, start=start, eta=eta, epochs=epochs)
            for rule in ("batch", "mean", "sample")
        }
        gaps = [np.abs(rules[rule] - rules["batch"]).max(axis=1) for rule in ("mean", "sample")]
        if min(gap.min() for gap in gaps) > 0.01:
            break
    # Trained for 1, 2, 3 and 4 epochs instead of one look at history, which has tests of its own.
    found = [
        trained(submission, X, y, eta=eta, epochs=count, weights=start).weights
        for count in range(1, epochs + 1)
    ]
    for rule, meaning in (
        ("sample", "the per-sample rule, which changes the weights after every row"),
        ("mean", "the mean over the rows; the batch rule takes their sum"),
    ):
        same = np.shape(found) == rules[rule].shape and np.allclose(found, rules[rule])
        assert not same, f"the weights are those of {meaning}"
    assert_close(found, rules["batch"], name="weights after 1 to 4 epochs", **EXACT)


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint(
    "With one row, an epoch adds eta * (y - yhat) * (x, -1): yhat is the output, 0 or 1, not z; "
    "and the last input is -1, so the bias weight changes too."
)
def test_one_row_one_epoch(submission, rng):
    """One row, one epoch: the weights change by eta times the error times the inputs."""
    for fraction, eta in ((0.5, 0.5), (0.75, 0.1), (1.0, 2.0)):
        x, start = rng.uniform(0.5, 1.5, size=(2, 3)) * rng.choice([-1, 1], size=(2, 3))
        # The bias weight puts z at 0.6 (fires, should not), then at -0.6 (should fire, does not).
        for z, y in ((0.6, 0), (-0.6, 1)):
            weights = np.append(start, x @ start - z)
            row, label = x[np.newaxis], np.array([y])
            perceptron = trained(submission, row, label, eta=eta, epochs=1, weights=weights)
            assert_close(
                np.asarray(perceptron.weights) - weights,
                eta * (1 if y else -1) * np.append(x, -1.0),
                name=f"change of the weights in one epoch with eta={eta}, z={z} and y={y}",
                **EXACT,
            )
        credit(fraction, f"right for eta={eta}")


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint(
    "Train for exactly `epochs` epochs, also when no row is wrong any more, and append the "
    "weights at the end of each."
)
@pytest.mark.parametrize("epochs", [3, 25])
def test_history_has_one_entry_per_epoch(submission, epochs):
    """The history has one entry per epoch, and the last one is the weights."""
    perceptron = trained(submission, CORNERS, OR, epochs=epochs, weights=OR_START)
    history, weights = perceptron.history, perceptron.weights
    assert len(history) == epochs, f"history has {len(history)} entries after {epochs} epochs"
    assert np.shape(weights) == (3,), f"weights has shape {np.shape(weights)}, expected (3,)"
    assert_close(history[-1], np.asarray(weights), name="last entry of history")


@pytest.mark.points(2)
@pytest.mark.hint(
    "Keep the initial weights apart from the present ones: fit starts from the initial ones, with "
    "an empty history, every time."
)
def test_fit_again_starts_afresh(submission):
    """Calling fit a second time starts from the initial weights again."""
    perceptron = trained(submission, CORNERS, AND, epochs=3, weights=AND_START)
    first = np.array(perceptron.weights, dtype=float)
    assert np.abs(first - AND_START).max() > 0.1, "3 epochs on AND do not change the weights"
    entries = len(perceptron.history)
    perceptron.fit(CORNERS, AND)
    assert_close(perceptron.weights, first, name="weight vector after the second fit", **EXACT)
    again = len(perceptron.history)
    assert again == entries, f"history has {again} entries after the second fit, not {entries}"


@pytest.mark.points(2)
@pytest.mark.hint("End fit with `return self`, so that Perceptron().fit(X, y).predict(X) works.")
def test_fit_returns_the_perceptron(submission):
    """The method fit returns the perceptron itself."""
    perceptron = submission.Perceptron(epochs=20)
    returned = perceptron.fit(CORNERS, AND)
    assert_equal(perceptron.predict(CORNERS), AND, name="prediction on AND")
    assert returned is not None, "fit returned None, expected the perceptron itself"
    assert returned == perceptron, "fit returned something else than the perceptron itself"


@pytest.mark.points(3)
@pytest.mark.hint(
    "With weights=None, fit draws n_features + 1 numbers between -0.01 and 0.01 from a generator "
    "that is seeded with `seed`, such as np.random.default_rng(seed).uniform(-0.01, 0.01, size)."
)
def test_random_initial_weights(submission, rng):
    """Without given weights, training starts from small random ones that depend on seed."""
    X = rng.normal(size=(8, 5))
    y = np.array([0, 1] * 4)

    def start(seed):
        """Return the initial weights, which training for 0 epochs leaves as they are."""
        return np.asarray(trained(submission, X, y, epochs=0, seed=seed).weights)

    starts = [start(seed) for seed in (1, 2, 3)]
    for weights in starts:
        assert weights.shape == (6,), f"5 features give weights {weights.shape}, expected (6,)"
        largest = np.abs(weights).max()
        assert largest <= 0.01, f"the largest initial weight is {largest:.3g}, expected <= 0.01"
        assert np.ptp(weights) > 0, "all initial weights are the same, expected random ones"
    credit(0.5, "small, random, and of the right shape")
    assert_close(start(2), starts[1], name="start with the same seed again")
    assert np.abs(starts[0] - starts[1]).max() > 0, "seeds 1 and 2 give the same initial weights"
