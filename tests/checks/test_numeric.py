from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.numeric import NotNumbers, as_numbers, is_numeric


@pytest.mark.parametrize(
    ("value", "kind", "shape"),
    [
        (True, "b", ()),
        (3, "i", ()),
        (2**70, "f", ()),
        (1.5, "f", ()),
        (np.float32(1), "f", ()),
        (1j, "c", ()),
        ([], "f", (0,)),
        ([[], []], "f", (2, 0)),
        ([1, 2.5], "f", (2,)),
        ([[1, 2], (3, 4)], "i", (2, 2)),
        ([np.ones(2), [3, 4]], "f", (2, 2)),
        ([np.float32(1), 2], "f", (2,)),
        (np.array([[1, 2.5]], dtype=object), "f", (1, 2)),
        (np.ones((2, 0), dtype=object), "f", (2, 0)),
        (np.uint8([1]), "u", (1,)),
    ],
)
def test_numbers_become_an_array(value: Any, kind: str, shape: tuple[int, ...]) -> None:
    array = as_numbers(value)
    assert (type(array), array.dtype.kind, array.shape) == (np.ndarray, kind, shape)


def test_a_subclass_is_not_trusted() -> None:
    class Liar(np.ndarray):  # type: ignore[type-arg]
        def __eq__(self, other: object) -> Any:
            return np.ones(self.shape, bool)

        __hash__ = None  # type: ignore[assignment]

    assert type(as_numbers(np.ones(3).view(Liar))) is np.ndarray


@pytest.mark.parametrize(
    ("value", "reason", "remedy"),
    [
        (None, "is None", ""),
        ("x", 'is the string "x"', ""),
        ("1e3", 'is the string "1e3"', "convert them"),
        (["1", "2"], 'holds the string "1" at [0]', "convert them"),
        ([[1, 2], [3, None]], "holds None at [1, 1]", ""),
        ([np.array(["a"])], "holds an array of shape (1,) that holds strings at [0]", ""),
        ([np.array([1, {}], dtype=object)], "holds an empty dict at [0, 1]", ""),
        ([[1], [[2]]], "holds entries of different shapes: (1,) at [0] and (1, 1) at [1]", ""),
        (10**400, "is an integer too large for a float", ""),
        ([np.ones((1,) * 32)], "has more than 32 axes", ""),
        ({"a": 1}, 'is a dict with the keys "a"', ""),
    ],
)
def test_the_reason_against_numbers_is_told(value: Any, reason: str, remedy: str) -> None:
    with pytest.raises(NotNumbers) as caught:
        as_numbers(value)
    assert str(caught.value) == reason
    assert remedy in caught.value.remedy
    assert bool(remedy) == bool(caught.value.remedy)


def test_a_list_of_arrays_is_a_container() -> None:
    assert is_numeric([[1, 2], [3, 4]])
    assert is_numeric(np.ones(3))
    assert not is_numeric([np.ones(2), np.ones(2)])
    assert not is_numeric([[1, 2], [np.ones(2)]])
    assert not is_numeric("text")
