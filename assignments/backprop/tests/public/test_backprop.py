"""Public tests of the assignment: the figures of the handout, reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, credit

# The handout's network with two inputs, two hidden units, one output, and its batch of three rows.
PARAMS = {
    "W1": np.array([[1.0, -1.0], [0.5, 2.0]]),
    "b1": np.array([0.0, -0.5]),
    "W2": np.array([[1.5], [-2.0]]),
    "b2": np.array([0.25]),
}
X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
Y = np.array([[1.0], [0.0], [0.0]])

OUTPUT = np.array([[0.7274527035], [0.3890137047], [0.5576038588]])
OUTPUT_RELU = np.array([[0.8519528020], [0.1192029220], [0.8175744762]])
LOSS = 0.0894226258
GRADIENTS = {
    "dW1": np.array([[0.0049454747, -0.0161770357], [0.0211220073, -0.0307434970]]),
    "db1": np.array([0.0158098810, -0.0253705793]),
    "dW2": np.array([[0.0435025203], [0.0504520948]]),
    "db2": np.array([0.0586585434]),
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
@pytest.mark.hint("One epoch: append the loss, then subtract lr times each gradient, biases too.")
def test_train_takes_one_step(submission):
    """train() for one epoch records the loss at the start and makes one step downhill."""
    trained, losses = submission.train(PARAMS, X, Y, lr=0.5, epochs=1)
    assert_close(np.asarray(losses), np.array([LOSS]), rtol=0, atol=ATOL, name="losses")
    credit(0.3, "the recorded loss is right")
    expected = {name: value - 0.5 * GRADIENTS[f"d{name}"] for name, value in PARAMS.items()}
    assert_close(trained, expected, rtol=0, atol=ATOL, name="params after one epoch")
