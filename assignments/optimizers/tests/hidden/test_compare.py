"""Hidden tests of compare: what its rows say, and whether that can be true."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.checks import assert_between, assert_close, assert_equal, credit

from .trainings import KEYS, NAMES, all_five, one_alone, row_of, without_meaning


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint("One dict with the seven keys for each name and each seed, nothing else.")
def test_every_name_and_seed_has_a_row(measure, data):
    """compare() returns one complete row for each name and each seed."""
    for rows, names, seeds in (
        (measure(all_five, data, 0), NAMES, [0]),
        (measure(one_alone, data), NAMES[-1:], [0, 1]),
    ):
        n = 200  # a fifth of the 1000 rows
        for name in names:
            for seed in seeds:
                row, what = row_of(rows, name, seed), f"of {name}, seed {seed}"
                assert_equal(set(row), KEYS, name=f"keys of the row {what}")
                for key in ("train_loss", "val_loss"):
                    assert_between(row[key], 0.0, np.inf, name=f"{key} {what}")
                for key in ("val_accuracy", "test_accuracy"):
                    assert_between(row[key], 0.0, 1.0, name=f"{key} {what}")
                    right = float(row[key]) * n
                    # In single precision 0.955 * 200 is 190.99999.
                    assert abs(right - round(right)) < 1e-3, (
                        f"{key} {what} is {float(row[key]):.6g}, which is no share of {n} rows"
                    )
        assert_equal(len(rows), len(names) * len(seeds), name="number of rows")


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint(
    "A wrong answer has at most probability 1/2 for the right class, so it alone costs log 2. "
    "Losses are means over rows, natural logarithms, of the trained network with its last weights."
)
def test_losses_fit_the_accuracies(measure, data):
    """compare() gives losses that are possible with its accuracies."""
    for name in NAMES:
        row = row_of(measure(all_five, data, 0), name, 0)
        least = (1.0 - float(row["val_accuracy"])) * math.log(2.0)
        loss = float(row["val_loss"])
        assert math.isfinite(loss), f"{name} diverged: its val_loss is {loss}; try a smaller lr"
        assert loss >= least - 1e-6, (
            f"val_loss of {name} is {loss:.4g}, but val_accuracy {float(row['val_accuracy']):.4g} "
            f"means a cross-entropy of at least {least:.4g}"
        )
        # log(10) is what a network costs that gives every class the same probability.
        if row["val_accuracy"] > 0.5:
            assert_between(loss, 0.0, math.log(10.0), name=f"val_loss of {name}")
            assert_between(row["train_loss"], 0.0, math.log(10.0), name=f"train_loss of {name}")


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint(
    "Choose each rate by the validation loss, write it down, and put the one that was used into "
    "the row. One rate for all favours whichever optimizer it happens to suit."
)
def test_learning_rates_are_stated(measure, data):
    """compare() states the learning rates: one per optimizer, and not the same for all five."""
    rates = {}
    for name in NAMES:
        rates[name] = row_of(measure(all_five, data, 0), name, 0)["lr"]
        assert_between(rates[name], 1e-9, np.inf, name=f"lr of {name}")
    again = row_of(measure(one_alone, data), NAMES[-1], 1)["lr"]
    assert_equal(again, rates[NAMES[-1]], name=f"lr of {NAMES[-1]} for another seed")
    credit(0.5, "every optimizer states its rate")
    assert len(set(map(float, rates.values()))) > 1, (
        f"all five have the learning rate {rates['sgd']:g}, which is no fair comparison"
    )


@pytest.mark.points(2)
@pytest.mark.reveal
@pytest.mark.hint(
    "Three parts without a common row: the first k rows of a random order, the next k, the others."
)
def test_validation_is_not_the_test(measure, data):
    """compare() measures val_accuracy and test_accuracy on different rows."""
    rows = [row_of(measure(all_five, data, 0), name, 0) for name in NAMES]
    rows += [row_of(measure(one_alone, data), NAMES[-1], 1)]
    rows += [row_of(measure(without_meaning, data), "adam", 0)]
    # Once they may be equal by accident; seven times, for three splits, once in 100 000.
    assert any(
        abs(float(row["val_accuracy"]) - float(row["test_accuracy"])) > 1e-6 for row in rows
    ), f"val_accuracy and test_accuracy are equal in all {len(rows)} rows that were looked at"


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint(
    "Begin anew for each name: new weights from the seed, the same batches, a new state. Make the "
    "generator from the seed inside the loop over seeds, and draw everything before the loop over "
    "names; in Keras, set_random_seed(seed) before each model."
)
def test_only_the_optimizer_differs(measure, data):
    """compare() gives the same row alone as in company, and another row for another seed."""
    name = NAMES[-1]
    company = row_of(measure(all_five, data, 0), name, 0)
    alone = row_of(measure(one_alone, data), name, 0)
    other = row_of(measure(one_alone, data), name, 1)
    for key in ("train_loss", "val_loss"):
        assert not np.isclose(float(alone[key]), float(other[key]), rtol=1e-6, atol=0.0), (
            f"{key} of {name} is {float(alone[key]):.6g} for seed 0 and for seed 1; another seed "
            "must give another split, other weights and other batches"
        )
    credit(0.25, "another seed gives another row")
    for key in ("train_loss", "val_loss", "val_accuracy", "test_accuracy"):
        assert_close(
            float(company[key]),
            float(alone[key]),
            rtol=1e-4,
            atol=1e-6,
            name=f"{key} of {name}, seed 0, after four others",
        )


# 100 validation and 100 test rows with labels that nothing tells: 10 of 100 are right, and 28 or
# more once in a million times. A network that was trained on the rows knows nearly all of them.
LUCK = 0.28


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint(
    "Only the training rows may be trained on. Labels without meaning can be learnt by heart, but "
    "then nobody knows those of other rows: about one answer in ten is right."
)
def test_labels_without_meaning_cannot_be_predicted(measure, data):
    """compare() finds no skill where the labels mean nothing: only training rows were learnt."""
    row = row_of(measure(without_meaning, data), "adam", 0)
    # The test rows first: whoever trained on those has earned nothing here, and no accuracy below.
    for key, credited in (("test_accuracy", 0.4), ("val_accuracy", 0.8)):
        accuracy = float(row[key])
        assert accuracy < LUCK, (
            f"{key} is {accuracy:.2f} although the labels were permuted, where 0.1 can be expected "
            "and nothing better be learnt"
        )
        credit(credited, f"{key} is what chance gives")
    # The same in terms of the loss: who knows nothing pays log(10) = 2.303 at the least.
    assert float(row["val_loss"]) > 2.1, (
        f"val_loss is {float(row['val_loss']):.3f} although the labels were permuted; without "
        "knowledge a cross-entropy is about log(10) = 2.303 or more"
    )


def finite(rows, seed):
    """Return the rows of all five that did not diverge; the test fails if there is none."""
    found = [row_of(rows, name, seed) for name in NAMES]
    found = [row for row in found if math.isfinite(row["val_loss"])]
    assert found, "all five have a loss of nan or inf: they diverged"
    return found


@pytest.mark.metric("best_accuracy")
@pytest.mark.depends_on("test_labels_without_meaning_cannot_be_predicted")
def test_accuracy_of_the_best(measure, metric, data):
    """The optimizer with the lowest validation loss is right about rows that it never saw."""

    def accuracy(seed):
        rows = finite(measure(all_five, data, seed), seed)
        return float(min(rows, key=lambda row: row["val_loss"])["test_accuracy"])

    metric.score(accuracy)


@pytest.mark.metric("weakest_accuracy")
@pytest.mark.depends_on("test_labels_without_meaning_cannot_be_predicted")
def test_accuracy_of_the_weakest(measure, metric, data):
    """Even the weakest of the five, with its own learning rate, is right about most rows."""

    def accuracy(seed):
        rows = measure(all_five, data, seed)
        return min(float(row_of(rows, name, seed)["test_accuracy"]) for name in NAMES)

    metric.score(accuracy)
