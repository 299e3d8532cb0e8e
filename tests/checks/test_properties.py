from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.properties import assert_between, assert_finite, assert_shape

NAN, INF = float("nan"), float("inf")


def message(check: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        check(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("actual", "shape"),
    [
        (np.ones((4, 3)), (4, 3)),
        (np.ones((4, 3)), (None, 3)),
        ([1, 2, 3], 3),
        (2.0, ()),
        ([[], []], (2, 0)),
        (np.ones(2, dtype=object), (2,)),
    ],
)
def test_a_right_shape_passes(actual: Any, shape: Any) -> None:
    assert_shape(actual, shape)
    assert "expected" in message(assert_shape, actual, (7, 7, 7))


@pytest.mark.parametrize(
    ("actual", "shape", "text"),
    [
        (np.ones((4, 2)), (None, 3), "X has shape (4, 2), expected (n, 3)"),
        (np.ones((4, 1)), 4, "X has shape (4, 1), expected (4,)\n  right after dropping the axis"),
        (np.ones((4, 4)), (4, 3), "expected (4, 3)\n  it has one column too many (axis 1)"),
        (None, (4,), "X is None, expected an array of shape (4,)"),
        ([1.0, "2"], 2, 'X holds the string "2" at [1], expected an array of shape (2,)'),
    ],
)
def test_a_wrong_shape_is_told(actual: Any, shape: Any, text: str) -> None:
    assert text in message(assert_shape, actual, shape, name="X")


def test_finite_numbers_pass_in_any_container() -> None:
    assert_finite({"W": [np.ones((2, 2)), np.zeros(0)], "loss": 3.5, "n": (1, True)})
    assert_finite(np.full(3, 1 + 2j))


@pytest.mark.parametrize(
    ("actual", "text"),
    [
        (NAN, "result has NaN, expected finite numbers"),
        ([1, INF, -INF], "result has infinity at 2 of 3 entries, first at [1], expected finite"),
        ({"W": [np.ones(2), np.array([1, NAN])]}, 'result["W"][1] has NaN at 1 of 2 entries'),
        ({"W": None}, 'result["W"] is None, expected finite numbers'),
        ([1.0, [2.0, "x"]], 'result[1][1] is the string "x"'),
        ({"x" * 10_000: NAN}, "has NaN"),
    ],
)
def test_what_is_not_finite_is_told(actual: Any, text: str) -> None:
    found = message(assert_finite, actual)
    assert text in found
    assert len(found) < 2000


def test_a_deep_nest_fails_like_any_other_wrong_value() -> None:
    nest: Any = [None]
    for _ in range(200):
        nest = [nest]
    assert "expected finite numbers" in message(assert_finite, nest)


def test_bounds_are_part_of_the_interval() -> None:
    assert_between([0, 0.5, 1], 0, 1)
    assert_between(np.empty((0, 2)), 0, 1)
    assert_between(5, 5, 5)
    assert_between([1e300], 0, INF)


@pytest.mark.parametrize(
    ("actual", "text"),
    [
        (1.5, "p is 1.5, expected a number between 0 and 1"),
        (NAN, "p is nan, expected a number between 0 and 1"),
        (
            [[0.5, -0.25], [2, 1]],
            "p is not between 0 and 1 at 2 of 4 entries, first at [0, 1]: got",
        ),
        ([0.5, NAN], "at 1 of 2 entries, first at [1]: got nan"),
        (np.array([1j]), "p holds complex numbers, expected real numbers between 0 and 1"),
        ("0.5", 'p is the string "0.5", expected numbers between 0 and 1'),
    ],
)
def test_what_lies_outside_is_told(actual: Any, text: str) -> None:
    assert text in message(assert_between, actual, 0, 1, name="p")


@pytest.mark.parametrize(("low", "high"), [(1, 0), (NAN, 1)])
def test_an_empty_interval_is_the_authors_mistake(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="low must be <= high"):
        assert_between(0.5, low, high)
