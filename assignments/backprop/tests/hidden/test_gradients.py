"""Hidden tests of backward: by hand, against finite differences, and its use of the cache."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from grader.checks import assert_close, assert_unmodified, credit, numeric_gradient

SIZES = ([2, 2, 1], [3, 5, 2], [4, 6, 5, 3])
ROWS = (1, 7)
ACTIVATIONS = ("sigmoid", "relu")

# Central differences with steps of 1e-6 are right to about 1e-10 here (rounding of a loss near 0.1,
# divided by the step), and the gradients are mostly between 1e-4 and 1e-1. A right network can
# miss a tiny entry by 1e-3 of itself, so the absolute tolerance is what judges those.
RTOL, ATOL = 1e-4, 1e-7


def name_layers(sizes):
    """Return a test case's name such as "4-6-5-3"."""
    return "-".join(map(str, sizes))


def pre_activations(params, X, hidden):
    """Return [Z_1, ..., Z_L], written plainly and independently of the reference."""
    zs, a = [], X
    for layer in range(1, len(params) // 2 + 1):
        z = a @ params[f"W{layer}"] + params[f"b{layer}"]
        a = np.maximum(z, 0.0) if hidden == "relu" else 1.0 / (1.0 + np.exp(-z))
        zs.append(z)
    return zs


def true_loss(params, X, y, hidden):
    """Return the loss that the handout defines."""
    output = 1.0 / (1.0 + np.exp(-pre_activations(params, X, hidden)[-1]))
    return float(np.sum((output - y) ** 2) / (2 * len(y)))


def finite_differences(params, X, y, hidden):
    """Return the numeric gradient of the true loss by every parameter, under dW1, db1, ..."""

    def along(name):
        return lambda value: true_loss({**params, name: value}, X, y, hidden)

    return {f"d{name}": numeric_gradient(along(name), params[name]) for name in params}


def draw_problem(rng, sizes, rows, hidden):
    """Return random (params, X, y) and the numeric gradients.

    Drawn again until the comparison means something: with ReLU, no unit within 1e-3 of its kink,
    where a step of 1e-6 could cross it, and both slopes, 0 and 1, in every layer; and no gradient
    that is zero throughout.
    """
    while True:
        params = {}
        for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            params[f"W{layer}"] = rng.normal(size=(n_in, n_out))
            params[f"b{layer}"] = rng.normal(scale=0.5, size=n_out)
        X, y = rng.normal(size=(rows, sizes[0])), rng.uniform(size=(rows, sizes[-1]))
        rectified = pre_activations(params, X, hidden)[:-1] if hidden == "relu" else []
        if all(np.abs(z).min() > 1e-3 and z.min() < 0 < z.max() for z in rectified):
            numeric = finite_differences(params, X, y, hidden)
            if all(np.abs(gradient).max() > 1e-4 for gradient in numeric.values()):
                return params, X, y, numeric


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint(
    "dW2 = (a2 - y) * a2 * (1 - a2) * a1, with the activations themselves, not their sigmoids. In "
    "dW1, W2 * a1 * (1 - a1) * x stands in the place of the last a1: a1 enters z2 times W2."
)
def test_chain_of_two_units_by_hand(submission):
    """backward() follows the chain rule through one hidden unit and one output unit."""
    params = {
        "W1": np.array([[0.5]]),
        "b1": np.array([0.1]),
        "W2": np.array([[0.8]]),
        "b2": np.array([0.2]),
    }
    _, cache = submission.forward(params, np.array([[1.0]]))
    gradients = submission.backward(params, cache, np.array([[1.0]]))
    # a1 = sigmoid(0.6) = 0.645656, a2 = sigmoid(0.8 a1 + 0.2) = 0.671841
    # D2 = (a2 - 1) a2 (1 - a2) = -0.072349        dW2 = D2 a1     = -0.046713
    # D1 = D2 * 0.8 * a1 (1 - a1) = -0.013242      dW1 = D1 * 1    = -0.013242
    expected = {"dW2": [[-0.046712794]], "db2": [-0.072349318]}
    expected |= {"dW1": [[-0.013241907]], "db1": [-0.013241907]}
    for name, value in expected.items():
        factors = {"exponent in the loss": 2}
        assert_close(
            gradients[name], np.array(value), rtol=0, atol=1e-7, name=name, factors=factors
        )
        if name == "db2":
            credit(0.4, "the output unit is right")


@pytest.mark.points(12)
@pytest.mark.reveal
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("sizes", SIZES, ids=name_layers)
@pytest.mark.hint(
    "Compare from the last layer backwards. Wrong only for 7 rows: divide by the number of rows, "
    "once. Wrong only for ReLU: its slope is 1 or 0. Wrong only below the output: is it delta that "
    "goes back, through W, times the slope of the hidden layer?"
)
def test_weight_gradients(submission, rng, sizes, rows, hidden):
    """backward() agrees with finite differences of the loss for every weight."""
    params, X, y, numeric = draw_problem(rng, sizes, rows, hidden)
    _, cache = submission.forward(params, X, hidden=hidden)
    gradients = submission.backward(params, cache, y)
    factors = {"batch size": rows, "exponent in the loss": 2, "number of outputs": sizes[-1]}
    for layer in range(len(sizes) - 1, 0, -1):
        name = f"dW{layer}"
        assert_close(
            gradients[name], numeric[name], rtol=RTOL, atol=ATOL, name=name, factors=factors
        )


@pytest.mark.points(6)
@pytest.mark.reveal
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("sizes", SIZES, ids=name_layers)
@pytest.mark.hint("db of a layer is the sum over the rows of that layer's delta, of shape (n_l,).")
def test_bias_gradients(submission, rng, sizes, rows, hidden):
    """backward() agrees with finite differences of the loss for every bias."""
    params, X, y, numeric = draw_problem(rng, sizes, rows, hidden)
    _, cache = submission.forward(params, X, hidden=hidden)
    gradients = submission.backward(params, cache, y)
    factors = {"batch size": rows, "exponent in the loss": 2, "number of outputs": sizes[-1]}
    for layer in range(len(sizes) - 1, 0, -1):
        name = f"db{layer}"
        assert_close(
            gradients[name], numeric[name], rtol=RTOL, atol=ATOL, name=name, factors=factors
        )


@pytest.mark.points(2)
@pytest.mark.hint("The loss is a mean over rows, so its gradient is one too: divide by len(y).")
def test_batch_gradient_is_the_mean_of_its_rows(submission, rng):
    """backward() of a batch is the mean of the gradients of its single rows."""
    params, X, y, _ = draw_problem(rng, [3, 4, 2], 5, "sigmoid")
    _, cache = submission.forward(params, X)
    batch = submission.backward(params, cache, y)
    single = []
    for row in range(5):
        _, cache = submission.forward(params, X[row : row + 1])
        single.append(submission.backward(params, cache, y[row : row + 1]))
    for name in ("dW1", "dW2"):
        # A gradient of zeros would be the mean of its rows, too, and so would any constant.
        assert np.abs(batch[name]).max() > 1e-6, f"{name} is zero (or NaN) everywhere"
        assert not np.array_equal(single[0][name], single[1][name]), f"{name} ignores the row"
        mean = np.mean([gradients[name] for gradients in single], axis=0)
        assert_close(
            batch[name],
            mean,
            rtol=1e-6,
            atol=1e-10,
            name=f"{name} of 5 rows",
            factors={"batch size": 5},
        )


@pytest.mark.points(2)
@pytest.mark.hint("Put everything backward needs into the cache; keep nothing in global variables.")
def test_cache_belongs_to_its_call(submission, rng):
    """backward() uses the cache it is given, also when forward() was called again meanwhile."""
    params, X, y, _ = draw_problem(rng, [3, 4, 2], 5, "sigmoid")
    _, cache = submission.forward(params, X)
    before = submission.backward(params, cache, y)
    assert np.abs(before["dW1"]).max() > 1e-6, "dW1 is zero (or NaN) everywhere"
    other_params, other_X, _, _ = draw_problem(rng, [3, 4, 2], 5, "relu")
    _, other_cache = submission.forward(other_params, other_X, hidden="relu")
    after = submission.backward(params, cache, y)
    other = submission.backward(other_params, other_cache, y)
    assert not np.array_equal(other["dW1"], before["dW1"]), "dW1 is the same for any cache"
    for name in ("dW1", "db1", "dW2", "db2"):
        assert_close(
            after[name], before[name], rtol=1e-9, atol=1e-12, name=f"{name} after another forward()"
        )


@pytest.mark.points(2)
@pytest.mark.hint("`a += b`, `a *= b`, `a[...] = b` and list.pop() change what the caller holds.")
def test_forward_and_backward_change_no_argument(submission, reference, rng):
    """forward() and backward() leave params, X, y and the cache as they were."""
    params, X, y, _ = draw_problem(rng, [3, 4, 4, 2], 5, "sigmoid")
    expected, _ = reference.forward(params, X)
    output, _ = assert_unmodified(submission.forward, params, X)
    assert_close(output, expected, rtol=1e-6, atol=1e-9, name="output")
    credit(0.5, "forward changes nothing")
    _, cache = submission.forward(params, X)
    first = assert_unmodified(submission.backward, params, cache, y)
    assert np.abs(first["dW1"]).max() > 1e-6, "dW1 is zero (or NaN) everywhere"
    # A cache of any form: what was left of it must give the same answer again.
    second = submission.backward(params, cache, y)
    assert_close(second, first, rtol=1e-9, atol=1e-12, name="gradients from the same cache again")
