from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.gradients import numeric_gradient


def softmax_loss(z: np.ndarray[Any, Any]) -> float:
    """Mean cross-entropy of class 0 for each row."""
    shifted = z - z.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[:, 0]))


def test_the_gradient_of_the_softmax_loss() -> None:
    z = np.random.default_rng(0).normal(size=(4, 3))
    powers = np.exp(z)
    analytical = powers / powers.sum(axis=1, keepdims=True)
    analytical[:, 0] -= 1
    assert numeric_gradient(softmax_loss, z) == pytest.approx(analytical / 4, abs=1e-9)


@pytest.mark.parametrize(
    ("function", "x", "gradient"),
    [
        (lambda x: x**3, 2.0, 12.0),
        (lambda x: np.sum(x**2), [1, 2, 3], [2.0, 4.0, 6.0]),
        (lambda x: np.array([[np.prod(x)]]), [[2.0, 5.0]], [[5.0, 2.0]]),
        (lambda x: 7, np.zeros((2, 0)), np.zeros((2, 0))),
        (lambda x: [x[0] * 3], (1.0,), [3.0]),
    ],
)
def test_known_derivatives_in_the_shape_of_the_point(function: Any, x: Any, gradient: Any) -> None:
    found = numeric_gradient(function, x)
    assert found.dtype == np.float64
    assert found.shape == np.shape(gradient)
    assert found == pytest.approx(np.asarray(gradient), rel=1e-7)


def test_the_point_is_safe_even_from_a_function_that_changes_its_argument() -> None:
    x = np.array([1.0, 2.0])
    x.flags.writeable = False

    def greedy(copy: Any) -> float:
        value = float(np.sum(copy**2))
        copy[:] = 99
        return value

    assert numeric_gradient(greedy, x) == pytest.approx([2.0, 4.0])
    assert x.tolist() == [1.0, 2.0]


def test_a_large_point_uses_the_step_that_was_really_made() -> None:
    assert numeric_gradient(lambda x: 3 * x[0], [1e9], eps=1e-6) == pytest.approx([3.0], rel=1e-12)


@pytest.mark.parametrize("eps", [0.0, -1e-6, float("nan"), 1e-20])
def test_a_step_that_is_no_step_is_refused(eps: float) -> None:
    with pytest.raises(ValueError, match="eps is"):
        numeric_gradient(np.sum, np.ones(2), eps=eps)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, "None"),
        (np.ones(2), r"an array of shape \(2,\)"),
        ("1", "the string"),
        (1j, "number"),
    ],
)
def test_a_function_that_returns_no_single_number_fails(value: Any, found: str) -> None:
    with pytest.raises(AssertionError, match=rf"returned .*{found}.*, expected one real number"):
        numeric_gradient(lambda _: value, [1.0])
