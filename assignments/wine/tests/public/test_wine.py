"""Public tests: the figures of the handout, and one training."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_between, assert_close, assert_equal, assert_shape, credit
from grader.checks.preprocessing import assert_standardised
from grader.checks.training import answers, assert_history, trained

KEYS = ("loss", "val_loss", "accuracy", "val_accuracy")


@pytest.mark.points(5)
@pytest.mark.hint("Mean and standard deviation of each column of X_train, used for all three.")
def test_preprocess_by_hand(submission):
    """preprocess() scales the handout's three small tables."""
    X_train = np.array([[1.0, 100.0], [3.0, 300.0]])
    X_valid = np.array([[4.0, 100.0], [2.0, 200.0], [2.0, 400.0]])
    X_test = np.array([[0.0, 250.0]])
    assert_standardised(submission.preprocess(X_train, X_valid, X_test), X_train, X_valid, X_test)


@pytest.mark.points(5)
@pytest.mark.hint("Every unit has a bias: 360 + 310 + 55 + 6. Weights alone would be 685.")
def test_parameters_of_the_network(submission):
    """n_parameters() of the network with 11 inputs is 731, all of them trainable."""
    counts = submission.n_parameters(submission.build_model(n_features=11, seed=0))
    assert_equal(counts, {"trainable": 731, "other": 0}, name="n_parameters(model)")


@pytest.mark.points(5)
@pytest.mark.hint("model(X) has shape (n, 1). One sigmoid unit: no argmax, no softmax.")
def test_probabilities_of_the_untrained_network(submission, rng):
    """predict_proba() of a new network gives one probability per row, not all the same."""
    X = rng.normal(size=(20, 11))
    for seed in (0, 1):  # one network in a thousand starts with all of its last units silent
        p = submission.predict_proba(submission.build_model(n_features=11, seed=seed), X)
        flat = answers(p, 20, name="predict_proba(model, X)")
        assert_between(flat, 0.0, 1.0, name="predict_proba(model, X)")
        if np.ptp(flat) > 1e-4:
            break
    else:
        pytest.fail(
            f"all 20 rows have the probability {flat[0]:.4f}; different wines must have different "
            "ones"
        )
    credit(0.6, "the probabilities are between 0 and 1")
    assert_shape(p, (20,), name="predict_proba(model, X)")


@pytest.mark.points(7)
@pytest.mark.hint("Count tn, fp, fn and tp on paper: rows of the matrix are what is true.")
def test_evaluate_by_hand(submission):
    """evaluate() gives the six measures of the handout's eight wines."""
    y = np.array([1, 1, 1, 1, 1, 0, 0, 0])
    p = np.array([0.9, 0.8, 0.7, 0.6, 0.3, 0.6, 0.2, 0.1])
    found = submission.evaluate(y, p)
    wanted = {"confusion_matrix": [[2, 1], [1, 4]], "accuracy": 0.75, "log_loss": 0.455597}
    wanted |= {"precision": 0.8, "recall": 0.8, "f1": 0.8}
    parts = [("accuracy",), ("log_loss",), ("confusion_matrix",), ("precision", "recall", "f1")]
    for done, keys in enumerate(parts, start=1):
        for key in keys:
            assert key in found, f'the result of evaluate() has no key "{key}"'
            assert_close(found[key], wanted[key], rtol=0, atol=1e-5, name=f'evaluate(...)["{key}"]')
        if done < len(parts):
            credit(0.25 * done, f"right: {', '.join(sum(parts[:done], ()))}")


@pytest.mark.points(8)
@pytest.mark.hint(
    "history is a dict of four lists with one number per epoch, at most 40. In Keras it is the "
    "attribute `history` of what fit() returns."
)
def test_train_returns_a_history(measure, data):
    """train() records four sane numbers per epoch, and the loss falls."""
    run = measure(trained, data, 0, "predict_proba")
    history = assert_history(run.history, KEYS, epochs=40)
    for key in ("accuracy", "val_accuracy"):
        assert_between(history[key], 0.0, 1.0, name=f'history["{key}"]')
    credit(0.5, "the history has the right form")
    loss = history["loss"]
    # An untrained network has about ln 2 = 0.69, after an unlucky start 1.0.
    assert 0.4 < loss[0] < 2.0, (
        f"the loss of the first epoch is {loss[0]:.4f}, expected about ln 2 = 0.69: it is the mean "
        "of the binary cross-entropy over the rows, of a new network and scaled inputs"
    )
    assert loss[-1] < loss[0] - 0.02, (
        f"the loss fell from {loss[0]:.4f} to {loss[-1]:.4f} only; nothing was learnt"
    )
