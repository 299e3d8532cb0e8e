"""Comparison of what a submission returned with what is right, in words for a student.

Everything here raises :class:`AssertionError`, whatever the submission returned; a mistake of the
test's author (an expected value of an unknown kind, a negative tolerance) raises
:class:`~grader.errors.SpecError` or :class:`ValueError`.

Numbers are compared by value, not by type: ``1``, ``1.0`` and ``True`` are equal, a list of
numbers equals the array of the same shape, a list equals a tuple. Only shape, keys and values can
be wrong; numbers written as strings, None and other objects always are.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from textwrap import indent
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.checks.explanations import explain
from grader.checks.numeric import NotNumbers, as_numbers, is_numeric
from grader.checks.shapes import explain_shape
from grader.checks.tolerance import Tolerance, worst
from grader.checks.wording import (
    MESSAGE_LIMIT,
    capped,
    describe,
    figures,
    first_place,
    indented,
    place,
    positions,
    printed,
    shown,
)
from grader.errors import SpecError

__all__ = ["assert_close", "assert_equal"]

ALSO_WRONG = 5


class _Problem(NamedTuple):
    """One thing that is wrong: where, as an expression, and the sentence about it."""

    path: str
    text: str


def assert_close(
    actual: object,
    expected: object,
    *,
    rtol: float = 1e-7,
    atol: float = 0.0,
    name: str = "result",
    factors: Mapping[str, float] | None = None,
) -> None:
    """Pass if numbers agree: ``|actual - expected| <= atol + rtol * |expected|``.

    Args:
        actual: what the submission returned: a number, an array, or a dict, list or tuple of
            them, nested as ``expected`` is.
        expected: what is right. NaN is matched by NaN, an infinity by the same infinity.
        rtol: relative tolerance.
        atol: absolute tolerance; needed where 0 is expected.
        name: how messages call ``actual``.
        factors: factors that are likely mistakes, by name without article, such as
            ``{"batch size": 4}``; the message names them.

    Raises:
        AssertionError: something differs; the text says what, where and how it is related.
    """
    __tracebackhide__ = True
    _Comparison(Tolerance(rtol, atol), factors or {}).check(actual, expected, name)


def assert_equal(actual: object, expected: object, *, name: str = "result") -> None:
    """Pass if the values are exactly equal, and shape, length and keys are the same.

    Numbers are equal by value: ``1 == 1.0 == True`` and ``-0.0 == 0.0``; NaN equals NaN. A number
    never equals a string. Lists, tuples and arrays of the same values are equal; sets are equal
    to sets only.

    Args:
        actual: what the submission returned.
        expected: what is right: numbers, strings, None, arrays, or containers of them.
        name: how messages call ``actual``.

    Raises:
        AssertionError: something differs.
    """
    __tracebackhide__ = True
    _Comparison(Tolerance()).check(actual, expected, name)


@dataclass(frozen=True)
class _Comparison:
    """A walk through two values side by side that yields what is wrong."""

    tolerance: Tolerance
    factors: Mapping[str, float] = field(default_factory=dict)

    def check(self, actual: object, expected: object, name: str) -> None:
        """Fail with the first problem in full and the places of a few more."""
        __tracebackhide__ = True
        problems = list(islice(self.problems(actual, expected, name), ALSO_WRONG + 1))
        if problems:
            paths = dict.fromkeys(capped(problem.path, 60) for problem in problems[1:])
            others = ", ".join(paths)
            more = indented(f"also wrong: {others}" if others else "")
            raise AssertionError(capped(problems[0].text, MESSAGE_LIMIT - len(more)) + more)

    def problems(self, actual: object, expected: object, path: str) -> Iterator[_Problem]:
        """Yield what is wrong with ``actual``, outermost first."""
        if hasattr(type(expected), "__array__") and not isinstance(expected, np.ndarray):
            expected = np.asarray(expected)  # the author's own tensor, frame or numpy scalar
        if isinstance(expected, dict):
            yield from self._dict(actual, expected, path)
        elif is_numeric(expected) and not (self.tolerance.exact and _huge(expected)):
            yield from self._numbers(actual, expected, path)
        elif isinstance(expected, np.ndarray) and expected.dtype.kind in "USMm":
            yield from self._texts(actual, expected, path)
        elif isinstance(expected, list | tuple | np.ndarray):
            yield from self._sequence(actual, expected, path)
        else:
            yield from _plain(actual, expected, path)

    def _dict(self, actual: object, expected: dict[Any, Any], path: str) -> Iterator[_Problem]:
        if not isinstance(actual, dict):
            yield _Problem(path, f"{path} is {describe(actual)}, expected {describe(expected)}")
            return
        extra = [key for key in actual if key not in expected]
        for key in expected:
            if key not in actual:
                similar = _similar(key, extra)
                hint = f": rename {shown(similar)}?" if similar is not None else ""
                yield _Problem(f"{path}[{shown(key)}]", f"{path} has no key {shown(key)}{hint}")
        for key in extra:
            allowed = ", ".join(shown(wanted) for wanted in expected) or "none"
            yield _Problem(
                f"{path}[{shown(key)}]",
                f"{path} has the unexpected key {shown(key)}, expected only {allowed}",
            )
        for key, value in expected.items():
            if key in actual:
                yield from self.problems(actual[key], value, f"{path}[{shown(key)}]")

    def _sequence(self, actual: object, expected: Any, path: str) -> Iterator[_Problem]:
        if isinstance(actual, np.ndarray) and actual.ndim:
            actual = list(np.asarray(actual))
        if not isinstance(actual, list | tuple):
            yield _Problem(path, f"{path} is {describe(actual)}, expected {describe(expected)}")
        elif len(actual) != len(expected):
            found, wanted = len(actual), len(expected)
            yield _Problem(path, f"{path} has length {found}, expected {wanted}")
        else:
            for index, (got, wanted) in enumerate(zip(actual, expected, strict=True)):
                yield from self.problems(got, wanted, f"{path}[{index}]")

    def _texts(self, actual: object, expected: NDArray[Any], path: str) -> Iterator[_Problem]:
        """Compare arrays of strings, bytes, dates or durations, always exactly."""
        if expected.dtype.kind in "US" and not isinstance(actual, np.ndarray):
            yield from self.problems(actual, expected.tolist(), path)
            return
        array = np.asarray(actual) if isinstance(actual, np.ndarray | np.generic) else None
        if array is not None and array.dtype.kind == "O" and expected.dtype.kind in "US":
            yield from self.problems(array.tolist(), expected.tolist(), path)
        elif array is None or array.dtype.kind != expected.dtype.kind:
            yield _Problem(path, f"{path} is {describe(actual)}, expected {describe(expected)}")
        elif array.shape != expected.shape:
            yield _Problem(path, f"{path} has shape {array.shape}, expected {expected.shape}")
        else:
            wrong = array != expected
            if expected.dtype.kind in "Mm":
                wrong &= ~(np.isnat(array) & np.isnat(expected))
            if np.any(wrong):
                first = first_place(wrong)
                yield _Problem(
                    path,
                    f"{path} is wrong at {np.count_nonzero(wrong)} of {array.size} entries, first "
                    f"at {place(first)}: got {shown(array[first])}, "
                    f"expected {shown(expected[first])}",
                )

    def _numbers(self, actual: object, expected: object, path: str) -> Iterator[_Problem]:
        right = as_numbers(expected)
        try:
            array = as_numbers(actual)
        except NotNumbers as reason:
            wanted = describe(expected)
            if right.ndim == 0:
                wanted = "a boolean" if right.dtype.kind == "b" else "a number"
            yield _Problem(path, f"{path} {reason}, expected {wanted}" + indented(reason.remedy))
            return
        if array.shape != right.shape:
            hint = explain_shape(array, right, self.tolerance)
            found = f"has shape {array.shape}" if array.ndim else "is a single number"
            wanted = f"shape {right.shape}" if right.ndim else "a single number"
            yield _Problem(path, f"{path} {found}, expected {wanted}{indented(hint)}")
            return
        wrong = ~self.tolerance.within(array, right)
        if wrong.any():
            strange = ~np.isfinite(array) & wrong
            if strange.any():
                text = _not_finite(array, right, strange, path)
            else:
                text = self._values(array, right, wrong, path)
            yield _Problem(path, text)

    def _values(
        self, actual: NDArray[Any], expected: NDArray[Any], wrong: NDArray[np.bool_], path: str
    ) -> str:
        """Return the message about finite numbers of the right shape and wrong value."""
        allowed = "" if self.tolerance.exact else f" ({_tolerance(self.tolerance)})"
        claim = explain(actual, expected, self.tolerance, self.factors)
        if actual.ndim == 0:
            got, wanted = figures(actual, expected)
            lines = [
                f"{path} is {got}, expected {wanted}{allowed}",
                f"pattern: {claim}" * bool(claim),
            ]
        else:
            lines = [
                f"{path} is wrong at {np.count_nonzero(wrong)} of {wrong.size} entries{allowed}",
                f"pattern: {claim}" * bool(claim),
                *_largest(actual, expected, wrong),
                printed(actual, "got      "),
                printed(expected, "expected "),
            ]
        lines.append(_wrong_type(actual, expected))
        first, *further = filter(None, lines)
        return "\n".join([first, *(indent(line, "  ") for line in further)])


def _plain(actual: object, expected: object, path: str) -> Iterator[_Problem]:
    """Compare what is neither number nor array: strings, bytes, None and sets."""
    if isinstance(actual, np.ndarray) and actual.ndim == 0:
        actual = actual[()]
    if isinstance(expected, str | bytes):
        same = isinstance(actual, str | bytes) and actual == expected
    elif isinstance(expected, set | frozenset):
        same = isinstance(actual, set | frozenset) and actual == expected
        if isinstance(actual, set | frozenset) and not same:
            missing = ", ".join(sorted(map(shown, islice(expected - actual, 5))))
            extra = ", ".join(sorted(map(shown, islice(actual - expected, 5))))
            parts = [
                f"lacks {missing}" * bool(missing),
                f"has the unexpected {extra}" * bool(extra),
            ]
            yield _Problem(path, f"{path} {' and '.join(part for part in parts if part)}")
            return
    elif expected is None:
        same = actual is None
    elif type(expected) is int:  # too large for an array
        same = isinstance(actual, int | np.integer) and int(actual) == expected
    else:
        raise SpecError(
            f"cannot compare with {describe(expected)}",
            where=path,
            remedy="Expect numbers, strings, None, arrays, or containers of them.",
        )
    if not same:
        hint = _string_hint(actual, expected)
        yield _Problem(
            path, f"{path} is {describe(actual)}, expected {describe(expected)}{indented(hint)}"
        )


def _huge(value: object) -> bool:
    """Return whether an integer would lose digits in an array."""
    return type(value) is int and value.bit_length() > 63


def _string_hint(actual: object, expected: object) -> str:
    if not (isinstance(actual, str) and isinstance(expected, str)):
        return ""
    if len(actual) > 2 * len(expected) + 1000:
        return ""
    if actual.split() == expected.split():
        return "equal except for white space"
    return "equal except for upper and lower case" * (actual.lower() == expected.lower())


def _similar(key: object, others: list[Any]) -> object | None:
    """Return the unexpected key that is most likely a misspelling of ``key``."""
    names = {
        other.lower(): other for other in others[:100] if isinstance(other, str) and len(other) < 60
    }
    if not isinstance(key, str):
        return None
    close = difflib.get_close_matches(key.lower(), names, n=1)
    return names[close[0]] if close else None


def _not_finite(
    actual: NDArray[Any], expected: NDArray[Any], strange: NDArray[np.bool_], path: str
) -> str:
    if actual.ndim == 0:
        return f"{path} is {shown(actual[()])}, expected {shown(expected[()])}"
    wanted = shown(expected[first_place(strange)])
    return f"{path} has {positions(actual, strange)}, where {wanted} is expected"


def _wrong_type(actual: NDArray[Any], expected: NDArray[Any]) -> str:
    """Return that a type cannot hold what is expected, for wrong values only."""
    if actual.dtype.kind == "c" != expected.dtype.kind:
        return "it holds complex numbers, expected real ones"
    if actual.dtype.kind in "biu" and expected.dtype.kind == "f":
        fractions = np.isfinite(expected) & (expected != np.round(expected))
        found = "booleans" if actual.dtype.kind == "b" else "integers"
        return f"it holds {found}, expected fractions" if fractions.any() else ""
    return ""


def _largest(
    actual: NDArray[Any], expected: NDArray[Any], wrong: NDArray[np.bool_]
) -> Iterator[str]:
    """Yield where the difference is largest, absolutely and, if elsewhere, relatively."""
    first = None
    for word, relative in (("absolute", False), ("relative", True)):
        difference, index = worst(actual, expected, wrong, relative=relative)
        if np.isfinite(difference) or not relative:
            got, wanted = figures(actual[index], expected[index])
            detail = f": got {got}, expected {wanted}" if index != first else ""
            yield f"largest {word} difference {difference:.3g} at {place(index)}{detail}"
        first = index


def _tolerance(tolerance: Tolerance) -> str:
    parts = {"relative": tolerance.rtol, "absolute": tolerance.atol}
    return "allowed: " + ", ".join(f"{name} {value:g}" for name, value in parts.items() if value)
