"""Public tests of the assignment: the figures of the handout, reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_between, assert_close, assert_equal

NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"]
KEYS = {"optimizer", "seed", "lr", "train_loss", "val_loss", "val_accuracy", "test_accuracy"}

# Five steps down f(w) = w ** 2 from w = 1 with learning rate 0.1.
STEPS = {
    "sgd": [0.8, 0.64, 0.512, 0.4096, 0.32768],
    "momentum": [0.8, 0.46, 0.062, -0.3086, -0.58042],
    "adagrad": [0.9, 0.833104, 0.780456, 0.736223, 0.697715],
    "rmsprop": [0.683772, 0.498871, 0.369181, 0.272825, 0.199795],
    "adam": [0.9, 0.800412, 0.701586, 0.603939, 0.507964],
}
# The same five steps as known mistakes make them.
MISTAKES = {
    "sgd": {"The step is added; subtract it.": [1.2, 1.44, 1.728, 2.0736, 2.48832]},
    "momentum": {
        "The step is added; subtract it.": [1.2, 1.62, 2.322, 3.4182, 5.08842],
        "grad comes in times (1 - beta): that is an average, with steps ten times smaller.": [
            0.98,
            0.9424,
            0.889712,
            0.824499,
            0.749316,
        ],
        "Nothing is kept from step to step: pass the velocity on as the state.": [
            0.8,
            0.64,
            0.512,
            0.4096,
            0.32768,
        ],
        "That is Nesterov's momentum: subtract lr * v_new, not lr * (grad + beta * v_new).": [
            0.62,
            0.2224,
            -0.108352,
            -0.324823,
            -0.415718,
        ],
    },
    "adagrad": {
        "The step is added; subtract it.": [1.1, 1.173994, 1.23597, 1.290615, 1.340175],
        "The sum of squares starts at 0.1, as in Keras; here it starts at 0.": [
            0.901227,
            0.834737,
            0.782299,
            0.738194,
            0.699769,
        ],
        "The squares are not summed: every step has the length lr.": [0.9, 0.8, 0.7, 0.6, 0.5],
        "The root is missing: divide by sqrt(s).": [
            0.95,
            0.925033,
            0.908264,
            0.895590,
            0.885378,
        ],
    },
    "rmsprop": {
        "The step is added; subtract it.": [1.316228, 1.572765, 1.798769, 2.005182, 2.197637],
        "The root is missing: divide by sqrt(s).": [0.5, 0.282609, 0.155863, 0.080030, 0.037064],
        "rho and 1 - rho are swapped.": [0.894591, 0.795208, 0.696586, 0.598243, 0.500194],
        "The mean square starts at the first gradient's square; here it starts at 0.": [
            0.9,
            0.809133,
            0.726046,
            0.649778,
            0.579623,
        ],
    },
    "adam": {
        "The step is added; subtract it.": [1.1, 1.200135, 1.30049, 1.401147, 1.502179],
        "The bias correction is missing.": [0.683772, 0.270206, -0.162141, -0.507146, -0.676073],
        "One beta of 0.95 for both averages, and no bias correction: the two differ.": [
            0.977639,
            0.946416,
            0.908660,
            0.865619,
            0.818120,
        ],
        "Only the mean gradient is corrected, the mean square is not.": [
            -2.162278,
            -1.280336,
            -0.237306,
            0.580411,
            1.023393,
        ],
        "Only the mean square is corrected, the mean gradient is not.": [
            0.99,
            0.971005,
            0.943935,
            0.909640,
            0.868915,
        ],
        "t stays 1: count the steps in the state.": [0.9, 0.766170, 0.611957, 0.446044, 0.275836],
        "beta1 and beta2 are swapped.": [0.9, 0.799864, 0.699503, 0.598835, 0.497799],
    },
}


def take_step(submission, name, w, grad, state, **options):
    """Return (w_new, state) of one call, after a look at what came back."""
    result = getattr(submission, name)(w, grad, state, **options)
    pair = isinstance(result, tuple | list) and len(result) == 2
    assert pair, f"{name}() must return two things, (w_new, state); it returned {str(result)[:60]}"
    assert_equal(np.shape(result[0]), np.shape(w), name=f"shape of w_new from {name}()")
    return np.array(result[0], dtype=float), result[1]


def known_mistake(name, steps):
    """Return what is known about wrong steps, or nothing."""
    for told, wrong in MISTAKES[name].items():
        if np.allclose(steps, wrong, rtol=0, atol=2e-6):
            return f"{told}\n"
    return ""


@pytest.mark.points(15)
@pytest.mark.hint(
    "Work the first two steps out on paper: the second one needs what the state kept."
)
@pytest.mark.parametrize("name", NAMES)
def test_five_steps_by_hand(submission, name):
    """The five optimizers take the handout's five steps down w ** 2."""
    w, state, steps = np.array([1.0]), None, []
    for _ in range(5):
        w, state = take_step(submission, name, w, 2.0 * w, state, lr=0.1)
        steps.append(w.item())
    try:
        assert_close(steps, STEPS[name], rtol=0, atol=2e-6, name=f"w after each step of {name}()")
    except AssertionError as error:
        raise AssertionError(f"{known_mistake(name, steps)}{error}") from None


@pytest.mark.points(4)
@pytest.mark.hint(
    "Every operation is elementwise: no norm of the gradient, no sum over its entries."
)
@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_every_entry_for_itself(submission, name):
    """momentum() and adam() treat every entry of a matrix for itself."""
    start = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])
    w, state = start, None
    for _ in range(5):
        w, state = take_step(submission, name, w, 2.0 * w, state, lr=0.1)
    # Both rules, on w ** 2: momentum's steps scale with the start, Adam's do not.
    expected = {
        "momentum": STEPS["momentum"][-1] * start,
        "adam": np.array([[0.507964, -1.502956, 2.501779], [0.027814, 0.0, -0.507964]]),
    }
    assert_close(w, expected[name], rtol=0, atol=5e-6, name=f"w after 5 steps of {name}()")


@pytest.mark.points(6)
@pytest.mark.hint("One dict per name and seed, with the seven keys of the handout.")
def test_compare_makes_a_row(submission):
    """compare() gives the handout's seven figures for one optimizer and one seed."""
    rng = np.random.default_rng(0)
    y = np.arange(100) % 10
    X = np.clip(rng.uniform(size=(10, 16))[y] + rng.normal(0.0, 0.1, size=(100, 16)), 0.0, 1.0)
    rows = submission.compare(["sgd"], X, y, [7])
    assert isinstance(rows, list | tuple), f"compare() must return a list; it returned {rows!r:.60}"
    assert_equal(len(rows), 1, name="number of rows for one name and one seed")
    assert isinstance(rows[0], dict), f"a row must be a dict; it is {rows[0]!r:.60}"
    assert_equal(set(rows[0]), KEYS, name="keys of the row")
    assert_equal(rows[0]["optimizer"], "sgd", name='row["optimizer"]')
    assert_equal(rows[0]["seed"], 7, name='row["seed"]')
    for key in ("lr", "train_loss", "val_loss"):
        assert_between(rows[0][key], 0.0, np.inf, name=f'row["{key}"]')
    for key in ("val_accuracy", "test_accuracy"):
        assert_between(rows[0][key], 0.0, 1.0, name=f'row["{key}"]')


@pytest.mark.points(5)
@pytest.mark.hint("Lowest for a loss, highest for an accuracy.")
def test_best_of_a_printed_table(submission):
    """best() finds the lowest validation loss, and by another measure another winner."""
    rows = [
        {"optimizer": "rmsprop", "val_loss": 0.4432, "val_accuracy": 0.9645},
        {"optimizer": "sgd", "val_loss": 0.1530, "val_accuracy": 0.9560},
        {"optimizer": "adam", "val_loss": 0.2242, "val_accuracy": 0.9591},
    ]
    assert_equal(submission.best(rows), "sgd", name="best(rows)")
    assert_equal(
        submission.best(rows, by="val_accuracy"), "rmsprop", name='best(rows, by="val_accuracy")'
    )
