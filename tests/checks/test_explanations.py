from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as npst

from grader.checks.explanations import MAX_ENTRIES, explain
from grader.checks.tolerance import Tolerance

RNG = np.random.default_rng(5)
M = RNG.normal(size=(4, 3))
S = RNG.normal(size=(3, 3))
V = RNG.normal(size=6)
CUBE = RNG.normal(size=(4, 3, 2))
P = 1 / (1 + np.exp(-V))
SOFT = np.exp(M) / np.exp(M).sum(axis=1, keepdims=True)
LABELS = np.array([0, 1, 1, 0, 1])
DIGITS = np.array([3, 1, 4, 1, 5, 9])


def changed(array: Any, index: Any, by: Any = 0.5) -> Any:
    copy = np.array(array)
    copy[index] += by
    return copy


def told(actual: Any, expected: Any, **factors: float) -> str:
    names = {name.replace("_", " "): value for name, value in factors.items()}
    return explain(np.asarray(actual), np.asarray(expected), Tolerance(1e-7), names)


CLAIMED = [
    (-M, M, "sign flipped"),
    (-0.693147, 0.693147, "sign flipped"),
    ([-1, -2, -3], [1, 2, 3], "sign flipped"),
    ([0, 0, -0.12345], [0, 0, 0.12345], "sign flipped"),
    ([-1, 1, 1, -1], [1, -1, -1, 1], "the two classes are swapped"),
    (1 - LABELS, LABELS, "the two classes are swapped"),
    (4 * M, M, "equal up to the factor 4"),
    (M / 8, M, "equal up to the factor 1/8"),
    (-2 * M, M, "equal up to the factor -2"),
    (0.7345 * M, M, "equal up to the factor 0.7345"),
    (np.append(3 * V, 0), np.append(V, 0), "equal up to the factor 3"),
    (M + 0.5, M, "shifted by a constant 0.5"),
    (DIGITS + 1, DIGITS, "shifted by a constant 1"),
    (S.T, S, "equal if transposed"),
    ([[50, 3], [7, 40]], [[50, 7], [3, 40]], "equal if transposed"),
    (V[::-1], V, "reversed"),
    (M[::-1], M, "reversed along axis 0"),
    (M[:, ::-1], M, "reversed along axis 1"),
    (M[[1, 0, 3, 2]], M, "rows in a different order"),
    (M[:, [1, 0, 2]], M, "columns in a different order"),
    (M[:2][::-1], M[:2], "rows in a different order"),
    (V[[1, 0, 3, 2, 5, 4]], V, "entries in a different order"),
    (CUBE[[1, 0, 2, 3]], CUBE, "slices along axis 0 in a different order"),
    (np.append(9.0, V[:-1]), V, "shifted by one position along axis 0 (one step late)"),
    (np.append(V[1:], 9.0), V, "shifted by one position along axis 0 (one step early)"),
    (changed(V, -1), V, "right except the last entry"),
    (changed(V, 0), V, "right except the first entry"),
    (changed(V, 2), V, "right except the entry [2]"),
    (changed(M, (2, 1)), M, "right except the entry [2, 1]"),
    (changed(M, (slice(None), 2), M[:, 2]), M, "right except column 2"),
    (changed(M, 1, M[1]), M, "right except row 1"),
    (changed(CUBE, (slice(None), slice(None), 1)), CUBE, "right except axis 2 at index 1"),
    (np.round(3 * V), 3 * V, "equal to the expected values rounded to integers"),
    (np.trunc(3 * V).astype(int), 3 * V, "equal to the expected values truncated to integers"),
    ([0.1, 0.9, 0.8, 0.2, 0.7], LABELS, "equal if rounded to integers"),
    (np.round(V, 2), V, "equal to the expected values rounded to 2 decimals"),
    (0.69, 0.693147, "equal to the expected values rounded to 2 decimals"),
    (V**2, V, "the square of the expected values"),
    (np.abs(V), V**2, "the square root of the expected values"),
    (1.41421356237, 2.0, "the square root of the expected values"),
    (V, P, "logits for probabilities: equal after sigmoid"),
    (P, V, "equal to sigmoid of the expected values"),
    (M, SOFT, "logits for probabilities: equal after softmax"),
    (np.log(P), P, "logarithms for numbers: equal after exp"),
    (V.astype(np.float32), V, "equal to within the precision of float32: compute in float64"),
]


@pytest.mark.parametrize(("actual", "expected", "claim"), CLAIMED)
def test_a_relation_is_claimed(actual: Any, expected: Any, claim: str) -> None:
    assert told(actual, expected).endswith(claim)


UNCLAIMED = [
    # sign: one round number; a constant of few digits; two labels that are not all swapped
    (-1, 1),
    ([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]),
    ([1, -1, -1, -1], [-1, 1, 1, -1]),
    ([0, 1, 0], [1, 0, 1]),
    # factor: one number; zeros; a constant array; zeros where a factor gives none
    (4.2, 2.1),
    (np.zeros(6), V),
    (V, np.zeros(6)),
    ([2.0, 2.0, 2.0], [0.5, 0.5, 0.5]),
    ([4 * V[0], 4 * V[1]], V[:2]),
    (changed(4 * V, 1), V),
    # noise beside one number is no evidence
    ([4.0, 3.3e-17, 1.7e-17, 2.1e-18], [1.0, 1.1e-17, 2.3e-17, 3.9e-18]),
    ([-1.0, 1.2345e-17], [1.0, 0.0]),
    ([-0.3, -0.3, -0.3], [0.3, 0.1 + 0.2, 0.6 - 0.3]),
    ([0.0, 1e-300, 0.0], [1.0, 2.0, 4.0]),
    # constant: one or two numbers, constant arrays
    (1.5, 1.0),
    ([1.5, 2.5], [1.0, 2.0]),
    ([3.0, 3.0, 3.0], [1.0, 1.0, 1.0]),
    # shifted by a constant and by a step at once
    ([2, 3, 4, 5], [1, 2, 3, 4]),
    # transposed: two different numbers only
    ([[0, 1], [0, 0]], [[0, 0], [1, 0]]),
    # order: two entries; labels that collide; few different entries
    ([2, 1], [1, 2]),
    ([1, 0, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2]),
    ([0, 0, 1, 1, 0], [0, 1, 1, 0, 0]),
    ([0, 1, 1, 0, 1, 0], [1, 1, 0, 1, 0, 0]),
    # exception: hardly anything else is right, or it is all the same
    ([1.0, 2.5], [1.0, 2.0]),
    ([0, 0, 0, 0.5], [0, 0, 0, 1.5]),
    (changed(np.tile(V, (6, 1)).T, ([0, 3], [1, 1]), [0.3, 0.7]), np.tile(V, (6, 1)).T),
    # rounding: all become one number; too few; one decimal of one number
    ([0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4]),
    ([1, 2], [1.3, 2.4]),
    (0.7, 0.693147),
    (1.0, 1.00042),
    (np.array([1234.5678901]) * (1 + 3e-7), [1234.5678901]),
    # squares of round numbers
    (4, 2),
    (0.25, 0.5),
    (2, 4),
    # logarithms of 1
    ([0.0, 0.0], [1.0, 1.0]),
    # softmax of a constant, sigmoid of 0
    (np.zeros((2, 3)), np.full((2, 3), 1 / 3)),
    ([0.0, 0.0], [0.5, 0.5]),
    ([100.0, 200.0, -200.0], [1.0, 1.0, 0.0]),
    # nothing in common; not finite; complex
    (RNG.normal(size=(4, 3)), M),
    ([np.nan, -2.5, -3.7], [np.nan, 2.5, 3.7]),
    ([np.inf, 8.0, 12.4], [1.0, 2.0, 3.1]),
    (-V * 1j, V * 1j),
    (np.empty((0, 3)), np.empty((0, 3))),
]


@pytest.mark.parametrize(("actual", "expected"), UNCLAIMED)
def test_nothing_is_claimed_without_evidence(actual: Any, expected: Any) -> None:
    assert told(actual, expected) == ""


@pytest.mark.parametrize(
    ("factor", "claim"),
    [
        (4, "factor 4, which is the batch size"),
        (0.25, "factor 1/4, which is 1 over the batch size"),
        (-4, "factor -4, which is minus the batch size"),
        (7, "factor 7, which is the width or the height"),
    ],
)
def test_a_factor_is_called_by_its_name(factor: float, claim: str) -> None:
    assert told(factor * M, M, batch_size=4, width=7, height=7).endswith(claim)


def test_a_named_factor_may_explain_a_single_number() -> None:
    assert told(4 * 0.693147, 0.693147, batch_size=4).endswith("which is the batch size")
    assert told(4 * 0.693147, 0.693147, batch_size=5) == ""
    assert told(4.0, 1.0, batch_size=4) == ""
    assert told(4 * M, M, nothing=0) == "equal up to the factor 4"


def test_a_generous_tolerance_does_not_make_relations_hold() -> None:
    other = np.sort(M, axis=None).reshape(M.shape)[::-1]
    assert explain(other, M, Tolerance(0.5, 1.0)) == ""
    assert explain(-9 * M, 9 * M, Tolerance(0.5, 1.0)) == "sign flipped"


def test_relations_hold_to_the_precision_of_the_type() -> None:
    assert told((-M).astype(np.float32), M) == "sign flipped"
    assert told((4 * M).astype(np.float16), M) == "equal up to the factor 4"
    assert told(-M * (1 + 1e-5), M) == "equal up to the factor -1.00001"
    assert (
        explain(np.array(0.1 + 0.2), np.array(0.3), Tolerance())
        == "equal to within rounding errors"
    )


def test_large_arrays_are_left_alone_and_the_largest_explained_in_time() -> None:
    expected = np.random.default_rng(0).normal(size=MAX_ENTRIES + 1)
    assert told(-expected, expected) == ""
    start = time.process_time()
    assert told(expected[:-1][::-1], expected[:-1]) == "reversed"
    assert time.process_time() - start < 10


numbers = npst.arrays("f8", npst.array_shapes(min_dims=0, max_dims=3, max_side=5))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(numbers)
def test_any_array_gets_a_claim_or_none_and_stays_as_it_was(expected: Any) -> None:
    with np.errstate(over="ignore"):
        actual = np.flip(expected) * 3
    before = actual.copy()
    assert isinstance(explain(actual, expected, Tolerance(1e-7)), str)
    assert np.array_equal(actual, before, equal_nan=True)
