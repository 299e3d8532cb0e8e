from __future__ import annotations

import numpy as np
import pytest

from grader.checks.tolerance import BLOCK, Tolerance, worst


def test_blocks_are_joined_without_a_seam() -> None:
    expected = np.arange(2 * BLOCK + 5, dtype=np.float32).reshape(1, -1)
    actual = expected.copy()
    wrong = [0, BLOCK - 1, BLOCK, 2 * BLOCK + 4]
    actual[0, wrong] += np.float32([5, 600, 700, 800])
    within = Tolerance(atol=1.0).within(actual, expected)
    assert within.shape == expected.shape
    assert np.flatnonzero(~within).tolist() == wrong
    assert worst(actual, expected, ~within, relative=False) == (800.0, (0, 2 * BLOCK + 4))
    assert worst(actual, expected, ~within, relative=True) == (np.inf, (0, 0))


@pytest.mark.parametrize("position", [0, 1234, 4999])
def test_one_wrong_entry_is_never_missed(position: int) -> None:
    expected = np.arange(5000.0)
    actual = expected.copy()
    assert Tolerance(1e-9).agree(actual, expected)
    actual[position] += 1
    assert not Tolerance(1e-9).agree(actual, expected)


def test_arrays_of_different_shapes_never_agree() -> None:
    assert not Tolerance(1.0, 1.0).agree(np.ones(3), np.ones((3, 1)))


def test_integers_are_compared_as_integers() -> None:
    assert not Tolerance().within(np.array([2**53 + 1]), np.array([2**53])).any()
    assert Tolerance(1e-9).within(np.array([2**53 + 1]), np.array([2**53])).all()


def test_signalling_nans_are_wrong_and_no_warning() -> None:
    signalling = np.full(3, 0x7FA00000, np.uint32).view(np.float32)  # as a worker can send them
    with np.errstate(all="raise"):
        for expected in (np.zeros(3), np.zeros(3, np.float32), np.zeros(3, complex)):
            assert not Tolerance(1e-9).within(signalling, expected).any()


def test_only_wrong_entries_count_and_nan_counts_most() -> None:
    actual, expected = np.array([9.0, 1.5, np.nan]), np.array([0.0, 1.0, 2.0])
    wrong = np.array([False, True, False])
    assert worst(actual, expected, wrong, relative=False) == (0.5, (1,))
    assert worst(actual, expected, np.ones(3, bool), relative=False) == (np.inf, (2,))


def test_a_tightened_tolerance_lies_between_rounding_and_one_in_a_thousand() -> None:
    expected = np.array([0.0, -10.0])
    assert Tolerance(0.5, 1.0).tightened(expected, expected) == Tolerance(1e-3, 1e-4)
    assert Tolerance(1e-6, 1e-6).tightened(expected, expected) == Tolerance(1e-6, 1e-6)
    assert Tolerance().tightened(expected.astype("f4"), expected).rtol == 1e-5
    assert Tolerance().tightened(np.array([np.nan]), np.array([np.inf])) == Tolerance(1e-9)


def test_arguments_are_not_modified() -> None:
    actual, expected = np.array([1.0, np.nan]), np.array([2.0, np.nan])
    Tolerance(0.1, 0.1).within(actual, expected)
    worst(actual, expected, np.array([True, True]), relative=True)
    assert actual.tolist()[0] == 1.0
    assert expected.tolist()[0] == 2.0
