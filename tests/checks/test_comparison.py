from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.checks.comparison import assert_close, assert_equal
from grader.errors import SpecError

W = np.array([[0.12573, -0.1321, 0.64042], [0.1049, -0.53567, 0.3616]])
B = np.array([1.304, 0.94708, -0.70374])


class Opaque:
    """Stands for a handle: any use of it but ``repr`` would be a call into the worker."""

    def __repr__(self) -> str:
        return "<handle of Perceptron>"

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compared a handle")

    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        if name == "__name__":  # pytest asks for it
            raise AttributeError(name)
        raise RuntimeError(f"looked up {name} of a handle")


def objects(*items: Any) -> np.ndarray[Any, Any]:
    array = np.empty(len(items), dtype=object)
    for index, item in enumerate(items):
        array[index] = item
    return array


def message(check: Any, actual: Any, expected: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        check(actual, expected, **options)
    return str(caught.value)


WRONG_KIND = [
    (None, B, "result is None, expected an array of shape (3,)"),
    ("abc", B, 'result is the string "abc", expected an array'),
    (Opaque(), B, "result is the object <handle of Perceptron>, expected an array"),
    ({"a": 1}, B, 'result is a dict with the keys "a", expected an array'),
    (None, 1.5, "result is None, expected a number"),
    ([1.0, None], [1.0, 2.0], "result holds None at [1]"),
    (
        [[1.0], [Opaque()]],
        [[1.0], [2.0]],
        "result holds the object <handle of Perceptron> at [1, 0]",
    ),
    (np.array([1.0, None, 2.0], dtype=object), B, "result holds None at [1]"),
    (objects(1.0, Opaque()), [1, 2], "holds the object <handle of"),
    (["1.5", "2"], [1.5, 2.0], "convert them with float()"),
    (np.array(["1.5", "2"]), [1.5, 2.0], "convert them with float()"),
    (np.array(["a", "b"]), [1.5, 2.0], "an array of shape (2,) that holds strings"),
    ([[1, 2], [3]], [[1, 2], [3, 4]], "entries of different shapes: (2,) at [0] and (1,) at [1]"),
    ([10**400], [1.0], "holds an integer too large for a float"),
    (10**400, 1.0, "is an integer too large for a float"),
    (B, {"W": W}, 'result is an array of shape (3,), expected a dict with the keys "W"'),
    (3.0, [W, B], "result is the number 3, expected a list of length 2"),
    ([W], [W, B], "result has length 1, expected 2"),
    (0, None, "result is the number 0, expected None"),
    (3, "3", 'result is the number 3, expected the string "3"'),
    (np.zeros(2, "M8[s]"), np.zeros(2), "that holds dates"),
    (
        np.zeros(2),
        np.array(["a", "b"]),
        "of shape (2,), expected an array of shape (2,) that holds",
    ),
    (
        None,
        np.zeros(2, "M8[s]"),
        "result is None, expected an array of shape (2,) that holds dates",
    ),
]


@pytest.mark.parametrize("check", [assert_close, assert_equal])
@pytest.mark.parametrize(("actual", "expected", "fragment"), WRONG_KIND)
def test_a_wrong_kind_is_named(check: Any, actual: Any, expected: Any, fragment: str) -> None:
    assert fragment in message(check, actual, expected)


PATHS = [
    ({"w1": W, "b1": B}, {"W1": W, "b1": B}, 'result has no key "W1": rename "w1"?'),
    ({"b1": B}, {"W1": W, "b1": B}, 'result has no key "W1"'),
    ({"W1": W, "x": 1}, {"W1": W}, 'result has the unexpected key "x", expected only "W1"'),
    ({"W1": -W}, {"W1": W}, 'result["W1"] is wrong at 6 of 6 entries'),
    ((1.0, {"W1": W, "b": None}), (1.0, {"W1": W, "b": B}), 'result[1]["b"] is None'),
    ([W, B + 1], [W, B], "result[1] is wrong at 3 of 3 entries"),
    (np.stack([W, W + 1]), [W, W], "result[1] is wrong at 6 of 6 entries"),
    ({1: 2.5}, {1: 3.5}, "result[1] is 2.5, expected 3.5"),
]


@pytest.mark.parametrize(("actual", "expected", "fragment"), PATHS)
def test_the_path_to_a_wrong_part_is_told(actual: Any, expected: Any, fragment: str) -> None:
    assert fragment in message(assert_close, actual, expected)


def test_an_unrelated_extra_key_is_not_called_a_misspelling() -> None:
    assert "rename" not in message(assert_close, {"loss": 1.0}, {"W1": 1.0})


def test_other_wrong_parts_are_listed() -> None:
    text = message(assert_close, {"W": W, "b": B + 1, "c": None}, {"W": -W, "b": B, "c": 1.0})
    assert text.startswith('result["W"] is wrong')
    assert text.endswith('also wrong: result["b"], result["c"]')


EQUAL = [
    (1, 1.0),
    (True, 1),
    (np.array([True, False]), [1, 0]),
    (-0.0, 0.0),
    (float("nan"), np.nan),
    ([1.0, np.inf], np.array([1.0, np.inf])),
    ((1, 2), [1, 2]),
    (np.float32(0.5), 0.5),
    (np.array(3), 3),
    (1 + 0j, 1),
    (np.array([1, 2], dtype=object), [1, 2]),
    ([np.array([1, 2]), np.array([3, 4])], [[1, 2], [3, 4]]),
    ([], np.empty(0)),
    (np.empty((0, 3)), np.empty((0, 3))),
    ("a", "a"),
    ("a", np.str_("a")),
    (np.array("a"), "a"),
    (["a", "b"], np.array(["a", "b"])),
    (np.array(["a", "b"]), ["a", "b"]),
    (np.array(["a", "b"], dtype=object), np.array(["a", "b"])),
    (np.array(["2024-01-01", "NaT"], "M8[D]"), np.array(["2024-01-01", "NaT"], "M8[D]")),
    (b"a", b"a"),
    ({1, 2}, frozenset({2, 1})),
    ({"a": [None, "x", 1.0]}, {"a": [None, "x", 1]}),
    (10**400, 10**400),
    (2**70, 2**70),
    (np.uint64(2**64 - 1), 2**64 - 1),
]


@pytest.mark.parametrize("check", [assert_close, assert_equal])
@pytest.mark.parametrize(("actual", "expected"), EQUAL)
def test_equal_values_pass_whatever_their_type(check: Any, actual: Any, expected: Any) -> None:
    before = repr(actual)
    check(actual, expected)
    assert repr(actual) == before


UNEQUAL = [
    (0.1 + 0.2, 0.3, "pattern: equal to within rounding errors"),
    (2**53 + 1, 2**53, "result is 9007199254740993, expected 9007199254740992"),
    (2**70 + 1, 2**70, "result is"),
    (10**400, 10**400 + 1, "an integer of 1329 bits"),
    ("yes ", "yes", "equal except for white space"),
    ("Yes", "yes", "equal except for upper and lower case"),
    ("no", "yes", 'result is the string "no", expected the string "yes"'),
    (b"a", "a", "the bytes"),
    (["a", "b"], ["a", "c"], 'result[1] is the string "b"'),
    (np.array(["a", "b"]), np.array(["a", "c"]), 'first at [1]: got "b", expected "c"'),
    (np.array(["a"]), np.array(["a", "c"]), "has shape (1,), expected (2,)"),
    (np.array(["2024-01-01"], "M8[D]"), np.array(["NaT"], "M8[D]"), "got 2024-01-01, expected NaT"),
    ({1, 2}, {1, 3}, "result lacks 3 and has the unexpected 2"),
    ([1, 2], {1, 2}, "result is a list of length 2, expected a set of length 2"),
    (float("nan"), 1.0, "result is nan, expected 1"),
    (1.0, float("nan"), "result is 1, expected nan"),
    (np.array([True, False]), [0.7, 0.1], "it holds booleans, expected fractions"),
    ([1, 2], [1.2, 2.4], "it holds integers, expected fractions"),
    (np.array([1 + 2j, 2]), [1.0, 2.0], "it holds complex numbers, expected real ones"),
]


@pytest.mark.parametrize(("actual", "expected", "fragment"), UNEQUAL)
def test_unequal_values_fail(actual: Any, expected: Any, fragment: str) -> None:
    assert fragment in message(assert_equal, actual, expected)


def test_positions_of_nan_and_infinity_are_told() -> None:
    actual = np.tile(np.arange(4.0), (3, 1))
    expected = actual.copy()
    actual[0, 2] = actual[1, 1] = np.nan
    text = message(assert_close, actual, expected)
    assert text == "result has NaN at 2 of 12 entries, first at [0, 2], where 2 is expected"
    actual[2, 3] = np.inf
    assert "NaN or infinity at 3 of 12" in message(assert_close, actual, expected)
    assert "infinity at 1 of 2 entries, first at [1]" in message(assert_close, [0, np.inf], [0, 1])


def test_finite_numbers_where_infinity_is_expected_fail() -> None:
    assert "got 5, expected inf" in message(assert_close, [1.0, 5.0], [1.0, np.inf], rtol=0.1)
    assert "got 5, expected nan" in message(assert_close, [1.0, 5.0], [1.0, np.nan], atol=10)


def test_the_message_about_values_tells_differences_and_small_arrays() -> None:
    text = message(assert_close, [1.0, 2.5, 9.0], [1.0, 2.0, 10.0], rtol=1e-3, atol=1e-6, name="y")
    assert text.splitlines() == [
        "y is wrong at 2 of 3 entries (allowed: relative 0.001, absolute 1e-06)",
        "  largest absolute difference 1 at [2]: got 9, expected 10",
        "  largest relative difference 0.25 at [1]: got 2.5, expected 2",
        "  got      [1.  2.5 9. ]",
        "  expected [ 1.  2. 10.]",
    ]


def test_the_rows_of_a_small_array_stand_under_each_other() -> None:
    text = message(assert_close, [[1.0, 2.0], [3.0, 5.0]], [[1.0, 2.0], [3.0, 4.0]])
    assert text.splitlines()[-4:] == [
        "  got      [[1. 2.]",
        "            [3. 5.]]",
        "  expected [[1. 2.]",
        "            [3. 4.]]",
    ]


def test_digits_are_enough_to_see_the_difference() -> None:
    assert "is 1.00000003, expected 1" in message(assert_equal, 1.00000003, 1.0)


def test_integers_where_whole_numbers_are_expected_are_not_blamed() -> None:
    assert "it holds" not in message(assert_close, [1, 2], [1.0, 3.0])


def test_patterns_and_shapes_are_explained() -> None:
    text = message(assert_close, 4 * W, W, factors={"batch size": 4})
    assert "pattern: equal up to the factor 4, which is the batch size" in text
    assert "equal if transposed" in message(assert_close, W.T, W)
    assert "result is a single number, expected shape (3,)" in message(assert_close, 1.0, B)
    assert "has shape (3,), expected a single number" in message(assert_close, B, 1.0)


@pytest.mark.parametrize(
    "actual",
    [
        "x" * 10_000_000,
        ["x" * 10_000_000],
        {"x" * 10_000_000: 1},
        dict.fromkeys(range(10_000), "y" * 100),
        np.zeros(10_000_000, np.float32),
        [0] * 100_000,
        {f"W{index}": None for index in range(1000)},
    ],
    ids=type,
)
@pytest.mark.parametrize("expected", [1.0, [1.0, 2.0], {"W1": 1.0}, "text", None])
def test_messages_about_large_values_stay_short(actual: Any, expected: Any) -> None:
    assert len(message(assert_equal, actual, expected)) <= 2000
    assert len(message(assert_close, actual, expected, name="n" * 50)) <= 2000


def test_nothing_of_an_unknown_object_is_used() -> None:
    for expected in (1.0, "a", None, [1.0], {"a": 1}, {1, 2}, b"x", np.array(["a"]), [None]):
        assert "<handle of Perceptron>" in message(assert_equal, Opaque(), expected)


@pytest.mark.parametrize("expected", [Opaque(), [1.0, Opaque()], object()])
def test_an_expected_value_of_unknown_kind_is_the_authors_mistake(expected: Any) -> None:
    with pytest.raises(SpecError, match="cannot compare with the object"):
        assert_close([1.0, 1.0] if isinstance(expected, list) else 1.0, expected)


@pytest.mark.parametrize("options", [{"rtol": -1}, {"atol": float("nan")}, {"rtol": float("inf")}])
def test_an_impossible_tolerance_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected a finite number >= 0"):
        assert_close(1.0, 1.0, **options)


def test_an_object_with_an_array_interface_may_be_expected() -> None:
    class Tensor:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return B

    assert_close(B, Tensor())
    assert "wrong at 3 of 3" in message(assert_close, -B, Tensor())


arrays = st.one_of(
    npst.arrays(dtype, npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    for dtype in ("?", "i1", "i8", "u8", "f2", "f4", "f8", "c16")
)
plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.complex_numbers(),
        st.text(max_size=5),
        st.binary(max_size=5),
        arrays,
        npst.arrays(st.sampled_from(["U3", "M8[s]", "m8[s]"]), npst.array_shapes(max_side=3)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=2) | st.integers(0, 3), inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(plain)
def test_a_value_equals_itself(value: Any) -> None:
    assert_equal(value, value)
    assert_close(value, value)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(plain, plain)
def test_any_two_values_are_equal_or_fail_with_a_short_message(actual: Any, expected: Any) -> None:
    for check in (assert_equal, assert_close):
        text = ""
        try:
            check(actual, expected)
        except AssertionError as error:
            text = str(error)
        assert not text or re.match(r"result\b", text)
        assert len(text) <= 2000


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.data(), arrays, st.sampled_from([0.0, 1e-7, 0.5]), st.sampled_from([0.0, 1e-3, 2.0]))
def test_numbers_pass_exactly_if_numpy_calls_them_close(
    data: st.DataObject, expected: Any, rtol: float, atol: float
) -> None:
    actual = data.draw(npst.arrays(expected.dtype, expected.shape))
    with np.errstate(all="ignore"):
        kind = complex if expected.dtype.kind == "c" else float
        close = np.isclose(
            actual.astype(kind), expected.astype(kind), rtol=rtol, atol=atol, equal_nan=True
        ).all()
    if rtol == atol == 0 and expected.dtype.kind in "iu":
        close = np.array_equal(actual, expected)
    if close:
        assert_close(actual, expected, rtol=rtol, atol=atol)
    else:
        message(assert_close, actual, expected, rtol=rtol, atol=atol)
