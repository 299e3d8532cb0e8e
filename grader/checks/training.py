"""Checks of code that trains: what every assignment with training asks, in any framework.

Models are handles that only the submission looks into. What a test sees is arrays: the history
that ``train`` returned, and the answers of the trained model. A test that shares a training with
others asks the fixture ``measure`` for :func:`trained`, :func:`trained_on_opposite` or
:func:`trained_on_permuted`; all three call ``preprocess``, ``train`` and the function that answers
as the assignments wine and housing declare them.

Every assertion raises :class:`AssertionError` with a sentence for a student, whatever the
submission returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.checks.numeric import NotNumbers, as_numbers
from grader.checks.properties import assert_finite
from grader.checks.wording import capped, describe, shown

__all__ = [
    "Data",
    "Training",
    "answers",
    "assert_best_weights",
    "assert_history",
    "assert_independent_rows",
    "assert_patience",
    "assert_starts_afresh",
    "opposite",
    "permuted",
    "trained",
    "trained_on_opposite",
    "trained_on_permuted",
]

Floats = NDArray[np.float64]


class Data(Protocol):
    """The rows of one round, as the fixture ``data`` gives them: a NamedTuple of arrays."""

    X_train: NDArray[Any]
    y_train: NDArray[Any]
    X_valid: NDArray[Any]
    y_valid: NDArray[Any]
    X_test: NDArray[Any]

    def _replace(self, **fields: Any) -> Data: ...


class Training(NamedTuple):
    """What came of one training; plain values, as the submission returned them.

    Attributes:
        history: the second value that ``train`` returned.
        valid: the trained model's answers for the validation rows.
        test: the trained model's answers for the test rows.
    """

    history: Any
    valid: Any
    test: Any


# --- trainings, to be shared by tests through the fixture `measure` --------------------------


def trained(submission: Any, data: Data, seed: int, answer: str) -> Training:
    """Preprocess, train and answer, as the submission does it.

    The test rows reach the submission after its training, and their labels never.

    Args:
        submission: the fixture of that name.
        data: the rows.
        seed: passed to ``train``.
        answer: name of the function that answers, ``"predict_proba"`` or ``"predict"``.
    """
    X_train, X_valid, _ = submission.preprocess(data.X_train, data.X_valid, data.X_valid)
    model, history = submission.train(X_train, data.y_train, X_valid, data.y_valid, seed=seed)
    answer_of = getattr(submission, answer)
    valid = answer_of(model, X_valid)
    X_test = submission.preprocess(data.X_train, data.X_valid, data.X_test)[2]
    return Training(history, valid, answer_of(model, X_test))


def trained_on_opposite(submission: Any, data: Data, answer: str) -> Training:
    """Train like ``trained(..., seed=0, ...)``, but with the validation targets turned round.

    What the model learns then makes the validation loss worse, so that training has to stop after
    ``patience`` more epochs, and the best weights are those of the first few: far from the last.
    """
    return trained(submission, data._replace(y_valid=opposite(data.y_valid)), 0, answer)


def trained_on_permuted(submission: Any, data: Data, answer: str) -> Training:
    """Train with permuted training and validation targets: there is nothing to learn."""
    # One permutation for everybody: some leave a little skill by chance, and it is not the
    # student's to have luck.
    rng = np.random.default_rng(0)
    y_train, y_valid = permuted(data.y_train, rng), permuted(data.y_valid, rng)
    return trained(submission, data._replace(y_train=y_train, y_valid=y_valid), 0, answer)


def permuted(y: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Return targets in random order: as many of each, and no relation to the rows."""
    return rng.permutation(y)


def opposite(y: NDArray[Any]) -> NDArray[Any]:
    """Return targets that say the opposite: 1 - y of classes 0 and 1, else 2 mean(y) - y."""
    return 1 - y if y.dtype.kind in "iub" else 2 * y.mean() - y


# --- what train() returns --------------------------------------------------------------------


def assert_history(history: object, keys: Sequence[str], *, epochs: int) -> dict[str, Floats]:
    """Pass if a history has one finite number per epoch under each key; further keys are ignored.

    Args:
        history: the second value that ``train`` returned.
        keys: such as ``("loss", "val_loss")``.
        epochs: the most that there may be.

    Returns:
        (n_epochs,) float64 by key.

    Raises:
        AssertionError: a key is missing, a length is wrong, or there is NaN or no number.
    """
    __tracebackhide__ = True
    wanted = ", ".join(shown(key) for key in keys)
    if not isinstance(history, dict):
        raise AssertionError(  # noqa: TRY004 - every check fails with an assertion
            f"the history is {describe(history)}, expected a dict with the keys {wanted}"
            + ("\n  in Keras that is history.history" if "History" in repr(history) else "")
        )
    for key in keys:
        if key not in history:
            found = ", ".join(capped(shown(name), 40) for name in list(history)[:8]) or "none"
            raise AssertionError(f"the history has no key {shown(key)}; its keys: {found}")
    columns = {key: _column(history[key], f'history["{key}"]') for key in keys}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{shown(key)} {length}" for key, length in lengths.items())
        raise AssertionError(
            f"the history's lists have different lengths ({told}), expected one number per epoch "
            "in each"
        )
    count = lengths[keys[0]]
    if not 1 <= count <= epochs:
        raise AssertionError(
            f"the history has {count} epochs, expected at least 1 and at most {epochs}"
        )
    for key, column in columns.items():
        assert_finite(column, name=f'history["{key}"]')
    return columns


def assert_patience(val_loss: Floats, patience: int, *, epochs: int) -> None:
    """Pass if training ended when ``patience`` epochs in a row had brought no new minimum.

    Args:
        val_loss: (n_epochs,) validation losses.
        patience: how many epochs without a new minimum end the training.
        epochs: a training that is this long, or longer, may have reached a limit of its own.

    Raises:
        AssertionError: training went on for longer, or stopped too early.
    """
    __tracebackhide__ = True
    lowest, at = np.inf, -1
    for epoch, value in enumerate(val_loss):
        if epoch - at > patience:
            raise AssertionError(
                f"training went on after epoch {epoch}, although the validation loss had its "
                f"minimum {lowest:.4f} in epoch {at + 1} and did not fall below it in the "
                f"{patience} epochs after that; expected to stop there"
            )
        if value < lowest:
            lowest, at = float(value), epoch
    waited = len(val_loss) - 1 - at
    if waited < patience and len(val_loss) < epochs:
        raise AssertionError(
            f"training stopped after epoch {len(val_loss)}, only {waited} after the minimum of "
            f"the validation loss in epoch {at + 1}; expected to wait for {patience}"
        )


def assert_best_weights(val_loss: Floats, returned: float) -> None:
    """Pass if the returned model has the weights of the epoch with the lowest validation loss.

    The two losses need not agree in every digit: a mean over batches of unequal size is taken
    too. What counts is that the model is the best one and not the last.

    Args:
        val_loss: (n_epochs,) validation losses; the last must be well above the lowest.
        returned: loss of the returned model on the same rows, computed by the test.

    Raises:
        AssertionError: it is not the best one; the message tells the last one apart.
    """
    __tracebackhide__ = True
    best, last = float(val_loss.min()), float(val_loss[-1])
    if abs(returned - best) <= max(0.25 * (last - best), 1e-3):
        return
    reason = ""
    if abs(returned - last) <= max(0.25 * (last - best), 1e-3):
        reason = "\n  it is the model of the last epoch: restore the best weights before you return"
    raise AssertionError(
        f"the returned model has the validation loss {returned:.4f}; the lowest in the history is "
        f"{best:.4f} (epoch {int(val_loss.argmin()) + 1}) and the last {last:.4f}" + reason
    )


def assert_starts_afresh(first: Floats, second: Floats) -> None:
    """Pass if a second training with the same rows and seed began where the first one did.

    Args:
        first: (n_epochs,) training losses of the first call of ``train``.
        second: the same of a later call; may be shorter.

    Raises:
        AssertionError: the second began with what the first had learnt.
    """
    __tracebackhide__ = True
    learnt = float(first[0] - first[-1])
    if abs(float(second[0] - first[0])) > 0.25 * max(learnt, 0.0) + 1e-3:
        raise AssertionError(
            f"the loss of the first epoch is {first[0]:.4f} in one call of train() and "
            f"{second[0]:.4f} in another with the same training rows and seed; expected the same: "
            "build a new model in each call"
        )


# --- what a model answers --------------------------------------------------------------------


def answers(values: object, rows: int, *, name: str) -> Floats:
    """Return answers as (rows,) float64, so that other mistakes are told apart from their shape.

    Args:
        values: what the submission returned; (rows, 1) is taken too, since a test of the shape
            has charged it.
        rows: how many answers there must be.
        name: how messages call the values.

    Raises:
        AssertionError: these are not that many finite numbers.
    """
    __tracebackhide__ = True
    array = _numbers(values, name)
    if array.shape not in ((rows,), (rows, 1)):
        raise AssertionError(f"{name} has shape {array.shape}, expected ({rows},)")
    assert_finite(array, name=name)
    return array.reshape(rows)


def assert_independent_rows(
    function: Callable[[Any, Any], object],
    model: object,
    X: NDArray[Any],
    rng: np.random.Generator,
    *,
    name: str,
) -> None:
    """Pass if the answer for a row is the same in any order and any company.

    Args:
        function: ``submission.predict_proba`` or its like, of a model and rows.
        model: its first argument, from the submission.
        X: (n, d) rows, n >= 8, whose answers differ.
        rng: draws the order.
        name: how messages call the function.

    Raises:
        AssertionError: shuffled rows, or some of the rows alone, get other answers.
    """
    __tracebackhide__ = True
    rows = len(X)
    whole = answers(function(model, X), rows, name=f"{name}(model, X)")
    order = rng.permutation(rows)
    shuffled = answers(function(model, X[order]), rows, name=f"{name}(model, X[order])")
    _same_answers(shuffled, whole[order], f"{name}() of the same rows in another order")
    cuts = [0, 1, rows // 3, rows]
    for start, stop in pairwise(cuts):
        part = X[start:stop]
        alone = answers(function(model, part), len(part), name=f"{name}(model, X[{start}:{stop}])")
        _same_answers(alone, whole[start:stop], f"{name}() of X[{start}:{stop}] alone")


def _same_answers(got: Floats, expected: Floats, what: str) -> None:
    __tracebackhide__ = True
    # Single precision in another order of summation differs by 1e-6 or so; the answers of an
    # untrained network may lie within 1e-3 of each other.
    different = ~np.isclose(got, expected, rtol=2e-5, atol=2e-6)
    if different.any():
        row = int(np.argmax(different))
        raise AssertionError(
            f"{what} gives other answers for {np.count_nonzero(different)} of {len(got)} rows, "
            f"such as {got[row]:.6g} instead of {expected[row]:.6g}; an answer must depend on its "
            "own row alone, not on statistics or the order of the others"
        )


# --- numbers ---------------------------------------------------------------------------------


def _column(values: object, name: str) -> Floats:
    __tracebackhide__ = True
    array = _numbers(values, name)
    if array.ndim != 1:
        raise AssertionError(
            f"{name} is {describe(values)}, expected a list with one number per epoch"
        )
    return array


def _numbers(values: object, name: str) -> Floats:
    __tracebackhide__ = True
    try:
        array = as_numbers(values)
    except NotNumbers as reason:
        remedy = f"\n  {reason.remedy}" if reason.remedy else ""
        raise AssertionError(f"{name} {reason}, expected numbers{remedy}") from None
    if array.dtype.kind == "c":
        raise AssertionError(f"{name} holds complex numbers, expected real ones")
    return np.asarray(array, dtype=np.float64)
