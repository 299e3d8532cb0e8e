from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.explanations import MAX_ENTRIES
from grader.checks.shapes import explain_shape
from grader.checks.tolerance import Tolerance

RNG = np.random.default_rng(3)
M = RNG.normal(size=(4, 3))
V = RNG.normal(size=4)
IMAGES = RNG.normal(size=(2, 3, 4, 5))

SAME_VALUES = [
    (V[:, None], V, "equal after dropping the axis of length 1: (4, 1) instead of (4,)"),
    (V, V[:, None], "equal after adding an axis of length 1: (4,) instead of (4, 1)"),
    (V[None, :, None], V, "equal after dropping 2 axes of length 1: (1, 4, 1) instead of (4,)"),
    (V[None], V[:, None], "equal after moving the axis of length 1"),
    ([0.5], 0.5, "equal after dropping the axis of length 1: (1,) instead of ()"),
    (M.T, M, "equal if transposed"),
    (np.moveaxis(IMAGES, 1, -1), IMAGES, "equal if the axes are put in the order (0, 3, 1, 2)"),
    (M.ravel(), M, "equal if reshaped to (4, 3)"),
    (np.c_[M, np.ones(4)], M, "equal without the last column"),
    (np.c_[np.ones(4), M], M, "equal without the first column"),
    (np.r_[M, M[:1]], M, "equal without the last row"),
    (np.append(0, V), V, "equal without the first entry"),
    (V, V.mean(), "equal after taking the mean of all entries"),
    (V, V.sum(), "equal after taking the sum of all entries"),
    (M, M.mean(axis=0), "equal after taking the mean along axis 0"),
    (M, M.sum(axis=1), "equal after taking the sum along axis 1"),
]


@pytest.mark.parametrize(("actual", "expected", "claim"), SAME_VALUES)
def test_the_change_that_makes_values_equal_is_told(actual: Any, expected: Any, claim: str) -> None:
    assert explain_shape(np.asarray(actual), np.asarray(expected), Tolerance(1e-9)) == claim


OTHER_VALUES = [
    (V[:, None] + 1, V, "right after dropping the axis of length 1: (4, 1) instead of (4,)"),
    (M.T + 1, M, "it has the shape of the transposed array"),
    (np.zeros((3, 2)), np.zeros((2, 3)), "it has the shape of the transposed array"),
    (np.add.outer(V, V), V, "(4, 4) comes from combining shapes (4, 1) and (4,): give both the"),
    (np.add.outer(V, V), V[:, None], "(4, 4) comes from combining shapes (4, 1) and (4,)"),
    (np.ones((4, 4)), M, "it has one column too many (axis 1)"),
    (np.ones((3, 3)), M, "it has one row too few (axis 0)"),
    (np.ones(5), V, "it has one entry too many (axis 0)"),
    (np.ones((2, 3, 4, 4)), IMAGES, "it has one slice too few (axis 3)"),
    (1.0, V, "it would broadcast to (4,)"),
    (np.ones(3), M, "it would broadcast to (4, 3)"),
    (V, V.mean() + 1, ""),
    ([1, 3], 2, ""),  # a mean that is a round number is no evidence
    (np.zeros(4), np.zeros((2, 2)), ""),  # nor are zeros for a reshape
    (np.ones((2, 5)), M, ""),
    (np.ones((1,) * 30), M, ""),
    (np.empty((0, 7)), M, ""),
    (np.empty(0), 0.5, ""),
]


@pytest.mark.parametrize(("actual", "expected", "fact"), OTHER_VALUES)
def test_shapes_alone_give_facts_only(actual: Any, expected: Any, fact: str) -> None:
    found = explain_shape(np.asarray(actual), np.asarray(expected), Tolerance(1e-9))
    assert found.startswith(fact)
    assert bool(found) == bool(fact)


def test_values_are_compared_only_with_a_tolerance_and_up_to_a_size() -> None:
    assert explain_shape(M.T, M) == "it has the shape of the transposed array"
    large = np.arange(2.0 * MAX_ENTRIES).reshape(2, -1)
    found = explain_shape(large.T, large, Tolerance(1e-9))
    assert found == "it has the shape of the transposed array"


def test_a_generous_tolerance_does_not_make_values_equal() -> None:
    assert explain_shape(V, np.array(V.mean() + 0.1), Tolerance(0.5, 1.0)) == ""
