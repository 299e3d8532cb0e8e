"""Public tests of the assignment: the figures of the handout, reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, credit

# The handout's network with two inputs, two hidden units, one output, and its batch of three rows.
# Not b2 = 0.25 = -sum(W2) / 2: a sigmoid turned round in both layers would then cancel out.
PARAMS = {
    "W1": np.array([[1.0, -1.0], [0.5, 2.0]]),
    "b1": np.array([0.0, -0.5]),
    "W2": np.array([[1.5], [-2.0]]),
    "b2": np.array([0.5]),
}
X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
Y = np.array([[1.0], [0.0], [0.0]])

OUTPUT = np.array([[0.7741224139], [0.4498046658], [0.6180885725]])
OUTPUT_RELU = np.array([[0.8807970780], [0.1480471980], [0.8519528020]])
LOSS = 0.1058964008
GRADIENTS = {
    "dW1": np.array([[0.0069977364, -0.0189313395], [0.0239605081, -0.0339269321]]),
    "db1": np.array([0.0200777905, -0.0299997812]),
    "dW2": np.array([[0.0532344299], [0.0582080545]]),
    "db2": np.array([0.0725748498]),
}
FACTORS = {"batch size": 3, "exponent in the loss": 2}
# Far above rounding, also in single precision, and far below what any mistake makes of the figures.
ATOL = 1e-6


@pytest.mark.points(4)
@pytest.mark.hint("sigmoid(z) = 1 / (1 + exp(-z)): mind the minus sign in the exponent.")
def test_sigmoid_of_small_numbers(submission):
    """sigmoid() gives 1/2 at 0, rises, and keeps the shape of its argument."""
    z = np.array([[-2.0, 0.0, 2.0], [np.log(3.0), -np.log(3.0), 5.0]])
    expected = np.array([[0.1192029220, 0.5, 0.8807970780], [0.75, 0.25, 0.9933071491]])
    assert_close(submission.sigmoid(z), expected, rtol=0, atol=ATOL, name="sigmoid(z)")


@pytest.mark.points(4)
@pytest.mark.hint("W1 has one row per input and one column per unit; b1 has shape (n_1,).")
def test_init_params_makes_every_layer(submission):
    """init_params() returns weights and zero biases of the right shapes for every layer."""
    params = submission.init_params([3, 5, 4, 2], seed=0)
    shapes = {name: np.shape(value) for name, value in params.items()}
    assert_equal(
        shapes,
        {"W1": (3, 5), "b1": (5,), "W2": (5, 4), "b2": (4,), "W3": (4, 2), "b3": (2,)},
        name="shapes",
    )
    for layer, units in enumerate([5, 4, 2], start=1):
        assert_close(params[f"b{layer}"], np.zeros(units), name=f'params["b{layer}"]')


@pytest.mark.points(6)
@pytest.mark.hint("Z = A @ W + b in each layer. The output layer has the sigmoid even with ReLU.")
def test_forward_by_hand(submission):
    """forward() gives the handout's outputs, with sigmoid and with ReLU hidden units."""
    output, _ = submission.forward(PARAMS, X)
    assert_close(output, OUTPUT, rtol=0, atol=ATOL, name="output")
    credit(0.7, "the sigmoid network is right")
    output, _ = submission.forward(PARAMS, X, hidden="relu")
    assert_close(output, OUTPUT_RELU, rtol=0, atol=ATOL, name="output with relu")


@pytest.mark.points(4)
@pytest.mark.hint("One half, times the mean over the rows, of the sum of the squared errors.")
def test_loss_by_hand(submission):
    """loss() is half the mean over the rows of the squared errors."""
    actual = submission.loss(OUTPUT, Y)
    assert_close(actual, LOSS, rtol=0, atol=ATOL, name="loss", factors=FACTORS)


@pytest.mark.points(6)
@pytest.mark.hint(
    "Work through the formulas of the handout with one row, on paper, then with three."
)
def test_backward_by_hand(submission):
    """backward() gives the handout's gradients."""
    _, cache = submission.forward(PARAMS, X)
    gradients = submission.backward(PARAMS, cache, Y)
    for name in ("dW2", "db2"):
        expected = GRADIENTS[name]
        assert_close(gradients[name], expected, rtol=0, atol=ATOL, name=name, factors=FACTORS)
    credit(0.5, "the output layer's gradients are right")
    assert_close(gradients, GRADIENTS, rtol=0, atol=ATOL, name="gradients")


@pytest.mark.points(6)
@pytest.mark.hint(
    "One epoch: append the loss, then subtract lr times each gradient of the whole batch, once, "
    "biases too."
)
def test_train_takes_one_step(submission):
    """train() for one epoch records the loss at the start and makes one step downhill."""
    trained, losses = submission.train(PARAMS, X, Y, lr=0.5, epochs=1)
    assert_close(np.asarray(losses), np.array([LOSS]), rtol=0, atol=ATOL, name="losses")
    credit(0.3, "the recorded loss is right")
    expected = {name: value - 0.5 * GRADIENTS[f"d{name}"] for name, value in PARAMS.items()}
    assert_close(trained, expected, rtol=0, atol=ATOL, name="params after one epoch")
