"""What tests say of code that trains: histories, early stopping, best weights, answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from grader.checks.training import (
    Training,
    answers,
    assert_best_weights,
    assert_history,
    assert_independent_rows,
    assert_patience,
    assert_starts_afresh,
    opposite,
    permuted,
    trained,
    trained_on_opposite,
    trained_on_permuted,
)

RNG = np.random.default_rng(0)
FALLING = np.array([0.70, 0.60, 0.55, 0.56, 0.57])


def message(check: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        check(*arguments, **options)
    return str(caught.value)


# --- trainings --------------------------------------------------------------------------------


class Rows(NamedTuple):
    """Like the split that the fixture `data` gives."""

    X_train: Any
    y_train: Any
    X_valid: Any
    y_valid: Any
    X_test: Any
    y_test: Any


class Spy:
    """A submission that remembers what it was given, in order."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def preprocess(self, *arrays: Any) -> Any:
        self.seen += arrays
        return tuple(2 * array for array in arrays)

    def train(self, X_train: Any, y_train: Any, X_valid: Any, y_valid: Any, seed: int) -> Any:
        self.seen += [X_train, y_train, X_valid, y_valid, seed]
        return "model", {"loss": [0.5]}

    def predict(self, model: Any, X: Any) -> Any:
        self.seen.append(X)
        return X[:, 0]


@pytest.fixture
def rows() -> Rows:
    X = 1 + 2 * np.arange(40.0).reshape(20, 2)  # odd, and even when doubled
    y = np.array([0, 1] * 10)
    return Rows(X[:8], y[:8], X[8:14], y[8:14], X[14:], y[14:])


def test_test_rows_are_sent_after_training_and_their_labels_never(rows: Rows) -> None:
    spy = Spy()
    run = trained(spy, rows, 3, "predict")
    assert run == Training(
        {"loss": [0.5]}, pytest.approx(2 * rows.X_valid[:, 0]), pytest.approx(2 * rows.X_test[:, 0])
    )
    training = next(i for i, value in enumerate(spy.seen) if value is rows.y_valid)
    assert spy.seen[training + 1] == 3
    known = [*rows.X_test.ravel(), *2 * rows.X_test.ravel()]
    holds = [i for i, value in enumerate(spy.seen) if np.isin(value, known).any()]
    assert len(holds) == 2
    assert min(holds) > training
    assert not any(value is rows.y_test for value in spy.seen)


def test_opposite_changes_the_validation_targets_alone(rows: Rows) -> None:
    spy = Spy()
    trained_on_opposite(spy, rows, "predict")
    assert any(value is rows.y_train for value in spy.seen)
    assert any(np.array_equal(value, 1 - rows.y_valid) for value in spy.seen)
    assert opposite(np.array([1.0, 2.0, 6.0])).tolist() == [5.0, 4.0, 0.0]


def test_permuted_keeps_how_many_there_are_and_nothing_else(rows: Rows) -> None:
    y = np.arange(100)
    once = permuted(y, np.random.default_rng(1))
    assert sorted(once) == y.tolist()
    assert abs(np.corrcoef(y, once)[0, 1]) < 0.4
    spies = [Spy(), Spy()]
    for spy in spies:
        trained_on_permuted(spy, rows, "predict")
    first, second = ([spy.seen[4], spy.seen[6]] for spy in spies)
    assert [y.sum() for y in first] == [rows.y_train.sum(), rows.y_valid.sum()]
    np.testing.assert_array_equal(first[0], second[0])


# --- histories --------------------------------------------------------------------------------


def test_a_history_comes_back_as_arrays() -> None:
    history = {"loss": [0.7, 0.6], "val_loss": np.float32([0.7, 0.5]), "lr": "constant"}
    columns = assert_history(history, ("loss", "val_loss"), epochs=2)
    assert list(columns) == ["loss", "val_loss"]
    assert columns["val_loss"].dtype == np.float64


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (None, 'the history is None, expected a dict with the keys "loss", "val_loss"'),
        ({"loss": [1.0]}, 'the history has no key "val_loss"; its keys: "loss"'),
        ({}, "its keys: none"),
        ({"loss": [1, 2], "val_loss": [1]}, '("loss" 2, "val_loss" 1)'),
        ({"loss": [], "val_loss": []}, "has 0 epochs, expected at least 1 and at most 3"),
        ({"loss": [1] * 4, "val_loss": [1] * 4}, "has 4 epochs, expected at least 1 and at most 3"),
        ({"loss": 1.0, "val_loss": [1]}, 'history["loss"] is the number 1, expected a list'),
        ({"loss": [None], "val_loss": [1]}, 'history["loss"] holds None at [0], expected numbers'),
        ({"loss": ["0.5"], "val_loss": [1]}, "convert them with float()"),
        ({"loss": [1j], "val_loss": [1]}, "complex"),
        (
            {"loss": [1, np.nan, np.nan], "val_loss": [1, 2, 3]},
            'history["loss"] has NaN at 2 of 3 entries, first at [1]',
        ),
    ],
)
def test_a_wrong_history_is_told(history: Any, text: str) -> None:
    assert text in message(assert_history, history, ("loss", "val_loss"), epochs=3)


def test_the_history_object_of_keras_is_told() -> None:
    class History:
        def __repr__(self) -> str:
            return "<the submission's History>"

    assert "in Keras that is history.history" in message(
        assert_history, History(), ("loss",), epochs=3
    )


# --- early stopping ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "val_loss",
    [
        [5, 4, 3, 3.1, 3.2],  # two epochs after the minimum
        [5, 4, 4.1, 3, 3.1, 3.2],  # one epoch without a new minimum is forgiven
        [5, 4, 3, 3, 3],  # as low as before is not lower
        [7, 6, 5, 4, 3, 2],  # the limit
        [7, 6, 5, 4, 3, 3.5],  # the limit comes before patience ends
    ],
)
def test_stopping_in_time_passes(val_loss: list[float]) -> None:
    assert_patience(np.array(val_loss, dtype=float), 2, epochs=6)


def test_stopping_too_late_and_too_early_is_told() -> None:
    late = message(assert_patience, np.array([5.0, 3.0, 3.1, 3.2, 3.3]), 2, epochs=6)
    assert "training went on after epoch 4" in late
    assert "its minimum 3.0000 in epoch 2" in late
    early = message(assert_patience, np.array([5.0, 3.0, 3.1]), 2, epochs=6)
    assert "training stopped after epoch 3, only 1 after the minimum" in early
    assert "in epoch 2; expected to wait for 2" in early
    # Longer, although a new minimum came later on: it should have ended before.
    assert "went on" in message(assert_patience, np.array([3.0, 4, 4, 4, 2, 1]), 2, epochs=6)


def test_best_weights_are_told_from_the_last() -> None:
    assert_best_weights(FALLING, 0.55)
    assert_best_weights(FALLING, 0.554)  # a mean over batches of unequal size
    told = message(assert_best_weights, FALLING, 0.569)
    assert "has the validation loss 0.5690; the lowest in the history is 0.5500 (epoch 3)" in told
    assert "it is the model of the last epoch" in told
    assert "last epoch:" not in message(assert_best_weights, FALLING, 0.8)


def test_going_on_from_what_was_learnt_is_told() -> None:
    assert_starts_afresh(FALLING, FALLING[:2])
    assert_starts_afresh(FALLING, FALLING + 0.01)  # another order of the rows
    told = message(assert_starts_afresh, FALLING, np.array([0.54, 0.53]))
    assert "is 0.7000 in one call of train() and 0.5400 in another" in told
    assert "build a new model in each call" in told


# --- answers ----------------------------------------------------------------------------------


def test_answers_are_flat() -> None:
    assert answers([[0.25], [0.5]], 2, name="p").tolist() == [0.25, 0.5]
    assert answers(np.float32([0.25, 0.5]), 2, name="p").dtype == np.float64


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (np.ones((3, 2)), "p has shape (3, 2), expected (3,)"),
        (np.ones((1, 3)), "p has shape (1, 3), expected (3,)"),
        (0.5, "p has shape (), expected (3,)"),
        ([0.5, np.nan, 1], "p has NaN at 1 of 3 entries"),
        (np.array(["good", "bad", "good"]), "p is an array of shape (3,) that holds strings"),
        (None, "p is None, expected numbers"),
    ],
)
def test_wrong_answers_are_told(values: Any, text: str) -> None:
    assert text in message(answers, values, 3, name="p")


def check_rows(function: Any) -> None:
    X = np.random.default_rng(2).normal(size=(30, 3))
    rng = np.random.default_rng(3)
    assert_independent_rows(function, None, X, rng, name="predict")


def test_rows_that_do_not_know_of_each_other_pass() -> None:
    check_rows(lambda model, X: X.sum(axis=1, keepdims=True))
    check_rows(lambda model, X: np.float32(X).sum(axis=1))


def test_statistics_of_the_batch_are_told() -> None:
    def centred(model: Any, X: Any) -> Any:
        return (X - X.mean(axis=0)).sum(axis=1)

    told = message(check_rows, centred)
    assert "predict() of X[0:1] alone gives other answers for 1 of 1 rows, such as 0 inst" in told
    assert "own row alone" in told


def test_the_order_of_the_rows_is_told() -> None:
    told = message(check_rows, lambda model, X: np.cumsum(X[:, 0]))
    assert "predict() of the same rows in another order gives other answers" in told


def test_a_fixed_number_of_rows_is_told() -> None:
    def fixed(model: Any, X: Any) -> Any:
        return X[:, 0] if len(X) == 30 else np.zeros(30)

    assert "predict(model, X[0:1]) has shape (30,), expected (1,)" in message(check_rows, fixed)
