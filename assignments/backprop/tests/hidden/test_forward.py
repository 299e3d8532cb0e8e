"""Hidden tests of sigmoid, init_params, forward and loss."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_raises, credit

# Rounding is far below this, even in single precision; mistakes are far above.
RTOL, ATOL = 1e-5, 1e-7


def draw_params(rng, sizes):
    """Return random parameters, all biases different from 0."""
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(n_in, n_out))
        params[f"b{layer}"] = rng.normal(size=n_out)
    return params


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.hint("exp(1000) is infinite and infinity / infinity is NaN: use exp(-abs(z)).")
def test_sigmoid_of_large_numbers(submission):
    """sigmoid() is exactly 0 or 1, and no NaN, far away from 0."""
    z = np.array([-1000.0, -750.0, -40.0, -1.0, 1.0, 40.0, 750.0, 1000.0])
    # sigmoid(-40) = 4.2e-18 and sigmoid(-1) = 0.2689414213699951.
    expected = np.array([0.0, 0.0, 0.0, 0.2689414213699951, 0.7310585786300049, 1.0, 1.0, 1.0])
    # 1e-12 is what the interface promises; rounding is near 1e-16.
    assert_close(submission.sigmoid(z), expected, rtol=0, atol=1e-12, name="sigmoid(z)")


@pytest.mark.points(2)
@pytest.mark.hint(
    "Make a generator from the seed inside the function: np.random.default_rng(seed)."
)
def test_init_params_depends_on_the_seed(submission):
    """init_params() gives the same weights for the same seed and others for another."""
    first = submission.init_params([3, 4, 2], seed=5)
    other = submission.init_params([3, 4, 2], seed=6)
    again = submission.init_params([3, 4, 2], seed=5)
    for name in ("W1", "W2"):
        assert not np.array_equal(first[name], other[name]), (
            f"{name} is the same for seed 5 and seed 6; another seed must give other weights"
        )
        assert_equal(again[name], first[name], name=f"{name} of the second call with seed 5")


@pytest.mark.points(2)
@pytest.mark.hint(
    "Units with equal weights stay equal for ever. Draw W around 0, scaled by its rows."
)
def test_init_params_breaks_symmetry(submission, seed):
    """init_params() draws different weights around 0, on the scale of 1 / sqrt(rows)."""
    params = submission.init_params([100, 60, 40, 1], seed=seed % 1000)
    for name, n_in, n_out in (("W1", 100, 60), ("W2", 60, 40)):
        weights = np.asarray(params[name], dtype=float)
        assert_equal(weights.shape, (n_in, n_out), name=f"shape of {name}")
        distinct = np.unique(weights, axis=1).shape[1]
        assert distinct == n_out, f"{name} has {n_out} units, but only {distinct} are different"
    credit(0.5, "the units of a layer start with different weights")
    for name, n_in in (("W1", 100), ("W2", 60)):
        weights, scale = np.asarray(params[name], dtype=float), 1.0 / np.sqrt(n_in)
        # The mean of 2400 draws strays by 0.02 deviations; 0.2 is ten times that, and the
        # deviation itself strays by less than 2 %, so only another distribution is refused.
        assert abs(weights.mean()) < 0.2 * scale, (
            f"the weights in {name} have the mean {weights.mean():.4f}, expected about 0"
        )
        assert 0.5 * scale < weights.std() < 2.0 * scale, (
            f"the weights in {name} have the standard deviation {weights.std():.4f}, "
            f"expected about 1 / sqrt({n_in}) = {scale:.4f}"
        )


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.hint("z = [0.8, -0.1], so ReLU gives [0.8, 0], and the output is sigmoid(0.56).")
def test_spam_message_by_hand(submission):
    """forward() with ReLU gives the spam probability 0.6365 of the message [1, 0, 1]."""
    params = {
        "W1": np.array([[0.5, 0.4], [-0.2, 0.1], [0.3, -0.5]]),
        "b1": np.zeros(2),
        "W2": np.array([[0.7], [0.2]]),
        "b2": np.zeros(1),
    }
    # By hand: z1 = 0.5 + 0.3 = 0.8 and z2 = 0.4 - 0.5 = -0.1, so h = [0.8, 0]. Then
    # 0.7 * 0.8 = 0.56 and sigmoid(0.56) = 0.63645254. Without ReLU it is 0.6318, with hidden
    # sigmoids 0.6406, so five digits tell them apart.
    output, _ = submission.forward(params, np.array([[1.0, 0.0, 1.0]]), hidden="relu")
    assert_close(output, np.array([[0.63645254]]), rtol=0, atol=1e-6, name="output")


@pytest.mark.points(4)
@pytest.mark.parametrize("hidden", ["sigmoid", "relu"])
@pytest.mark.hint("Only the last layer is the output layer; all layers before it use `hidden`.")
def test_forward_through_three_layers(submission, reference, rng, hidden):
    """forward() is right for a network with two hidden layers and seven rows."""
    params, X = draw_params(rng, [4, 6, 5, 3]), rng.normal(size=(7, 4))
    output, _ = submission.forward(params, X, hidden=hidden)
    expected, _ = reference.forward(params, X, hidden=hidden)
    assert_close(output, expected, rtol=RTOL, atol=ATOL, name="output")


@pytest.mark.points(2)
@pytest.mark.hint("Each row is a sample of its own: nothing may be summed or averaged over rows.")
def test_forward_treats_rows_one_by_one(submission, rng):
    """forward() gives each row the same output, alone or in a batch."""
    params, X = draw_params(rng, [3, 5, 2]), rng.normal(size=(4, 3))
    batch, _ = submission.forward(params, X)
    assert_equal(np.shape(batch), (4, 2), name="shape of the output for 4 rows")
    # Different rows must differ, else a constant would pass.
    assert np.ptp(np.asarray(batch), axis=0).min() > 1e-6, "all four rows get the same output"
    for row in range(4):
        alone, _ = submission.forward(params, X[row : row + 1])
        assert_close(alone, batch[row : row + 1], rtol=RTOL, atol=ATOL, name=f"row {row} alone")


@pytest.mark.points(2)
@pytest.mark.hint('Check `hidden` first: anything but "sigmoid" and "relu" is a ValueError.')
def test_unknown_activation_is_refused(submission, rng):
    """forward() raises ValueError for a hidden activation it does not know."""
    params, X = draw_params(rng, [2, 3, 1]), rng.normal(size=(4, 2))
    for hidden in ("sigmoid", "relu"):
        output, _ = submission.forward(params, X, hidden=hidden)
        assert_equal(np.shape(output), (4, 1), name=f"shape of the output with {hidden}")
    assert_raises("ValueError", submission.forward, params, X, hidden="step")


@pytest.mark.points(4)
@pytest.mark.hint("Sum over the outputs of a row, mean over the rows only, and one half of that.")
def test_loss_sums_outputs_and_averages_rows(submission, rng):
    """loss() sums over the outputs, averages over the rows and takes one half."""
    for rows, outputs in ((1, 1), (7, 1), (1, 3), (7, 3)):
        output, y = rng.uniform(size=(rows, outputs)), rng.integers(2, size=(rows, outputs))
        expected = np.sum((output - y) ** 2) / (2 * rows)
        actual = submission.loss(output, y)
        assert_close(actual, expected, rtol=RTOL, name=f"loss of {rows} rows, {outputs} outputs")
        if (rows, outputs) == (7, 1):
            credit(0.6, "right for one output")
