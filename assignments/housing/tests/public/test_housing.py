"""Public tests: the figures of the handout, and one training."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_shape, credit
from grader.checks.preprocessing import assert_standardised
from grader.checks.training import answers, assert_history, trained


@pytest.mark.points(4)
@pytest.mark.hint("Mean and standard deviation of each column of X_train, used for all three.")
def test_preprocess_by_hand(submission):
    """preprocess() scales the handout's three small tables."""
    X_train = np.array([[1.0, 100.0], [3.0, 300.0]])
    X_valid = np.array([[4.0, 100.0], [2.0, 200.0], [2.0, 400.0]])
    X_test = np.array([[0.0, 250.0]])
    assert_standardised(submission.preprocess(X_train, X_valid, X_test), X_train, X_valid, X_test)


@pytest.mark.points(4)
@pytest.mark.hint("Every unit has a bias: 270 + 310 + 55 + 6. Weights alone would be 595.")
def test_parameters_of_the_network(submission):
    """n_parameters() of the network with 8 inputs is 641, all of them trainable."""
    counts = submission.n_parameters(submission.build_model(n_features=8, seed=0))
    assert_equal(counts, {"trainable": 641, "other": 0}, name="n_parameters(model)")


@pytest.mark.points(3)
@pytest.mark.hint("model(X) has shape (n, 1): take its only column.")
def test_estimates_of_the_untrained_network(submission, rng):
    """predict() of a new network gives one number per row, not all the same."""
    X = rng.normal(size=(100, 8))
    y_pred = submission.predict(submission.build_model(n_features=8, seed=0), X)
    flat = answers(y_pred, 100, name="predict(model, X)")
    assert np.ptp(flat) > 1e-4, (
        f"all 100 rows have the estimate {flat[0]:.4f}; different rows must have different ones"
    )
    credit(0.6, "there is one finite number per row")
    assert_shape(y_pred, (100,), name="predict(model, X)")


@pytest.mark.points(7)
@pytest.mark.hint("The errors are -1, 1, 0 and 2. Squared, as they are, or against the variance?")
def test_evaluate_by_hand(submission):
    """evaluate() gives the four measures of the handout's four districts."""
    y = np.array([1.0, 2.0, 3.0, 6.0])
    y_pred = np.array([2.0, 1.0, 3.0, 4.0])
    found = submission.evaluate(y, y_pred)
    wanted = {"mse": 1.5, "rmse": 1.2247449, "mae": 1.0, "r2": 0.5714286}
    for done, (key, value) in enumerate(wanted.items(), start=1):
        assert key in found, f'the result of evaluate() has no key "{key}"'
        # The figures have seven decimals; single precision is right to 1e-6 or so.
        assert_close(found[key], value, rtol=0, atol=1e-5, name=f'evaluate(...)["{key}"]')
        if done < len(wanted):
            credit(0.25 * done, f"right: {', '.join(list(wanted)[:done])}")


@pytest.mark.points(7)
@pytest.mark.hint(
    "history is a dict of two lists with one number per epoch, at most 20. In Keras it is the "
    "attribute `history` of what fit() returns."
)
def test_train_returns_a_history(measure, data):
    """train() records two sane numbers per epoch, and the loss falls."""
    run = measure(trained, data, 0, "predict")
    history = assert_history(run.history, ("loss", "val_loss"), epochs=20)
    # A network that answers 0 for every row has this mean squared error; one that has not learnt
    # yet is of that order, and a sum over the rows is thousands of times as large.
    start = float(np.mean(data.y_train**2))
    for key in ("loss", "val_loss"):
        first = history[key][0]
        assert 0 < first < 10 * start, (
            f'history["{key}"] begins with {first:.4g}. It is a mean over rows of squared errors: '
            f"answering 0 for every row has {start:.2f}"
        )
    credit(0.5, "the history has the right form")
    loss = history["loss"]
    assert loss[-1] < 0.99 * loss[0], (
        f"the loss went from {loss[0]:.4f} in the first epoch to {loss[-1]:.4f} in the last; it "
        "must fall by more than 1 %"
    )
