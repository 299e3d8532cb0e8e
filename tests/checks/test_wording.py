from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.wording import capped, describe, figures, first_place, place, printed, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "the boolean True"),
        (np.bool_(False), "the boolean False"),
        (3, "the number 3"),
        (np.float32(0.1), "the number 0.1"),
        (np.array(2.5), "the number 2.5"),
        ("it's", 'the string "it\'s"'),
        (b"ab", "the bytes b'ab'"),
        (np.ones((2, 3)), "an array of shape (2, 3)"),
        (np.ones(2, bool), "an array of shape (2,) that holds booleans"),
        ([1, 2], "a list of length 2"),
        ((), "a tuple of length 0"),
        ({}, "an empty dict"),
        (dict.fromkeys(range(9)), "a dict with the keys 0, 1, 2, 3, 4, 5, 6, 7, ..."),
    ],
)
def test_values_are_described(value: Any, text: str) -> None:
    assert describe(value) == text


@pytest.mark.parametrize(
    "value", ["x" * 10_000_000, b"x" * 10_000_000, {"y" * 1000: 1}, [0] * 999], ids=type
)
def test_whatever_is_shown_is_short(value: Any) -> None:
    assert len(shown(value)) <= 200


def test_an_integer_of_many_digits_is_not_written_out() -> None:
    assert describe(10**5000) == "an integer of 16610 bits"


def test_a_cut_is_marked() -> None:
    assert capped("abcdefghij", 10) == "abcdefghij"
    assert capped("abcdefghijk", 10) == "abcdef ..."


def test_lines_of_an_object_become_one() -> None:
    class Model:
        def __repr__(self) -> str:
            return "<model\nof two lines>"

    assert describe(Model()) == "the object <model of two lines>"


def test_figures_tell_two_numbers_apart() -> None:
    assert figures(np.float64(1.5), np.float64(2)) == ("1.5", "2")
    assert figures(np.float64(1.0000000001), np.float64(1)) == ("1.0000000001", "1")
    assert figures(np.int64(2**53 + 1), np.int64(2**53)) == (str(2**53 + 1), str(2**53))


def test_places_are_written_as_in_code() -> None:
    assert place((2, 1)) == "[2, 1]"
    assert first_place(np.array([[False, False], [True, True]])) == (1, 0)
    assert first_place(np.array(True)) == ()


def test_only_small_arrays_are_printed() -> None:
    assert printed(np.array([[1, 2], [3, 4]]), "got ") == "got [[1 2]\n     [3 4]]"
    assert printed(np.zeros(17), "got ") == ""
    assert printed(np.zeros(1), "got ") == ""
