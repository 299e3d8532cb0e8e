"""Partial credit: the highest fraction granted inside the running test."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from grader.checks import credit
from grader.checks.credit import collect_credit


def test_nothing_is_granted_at_first() -> None:
    with collect_credit() as granted:
        assert (granted.fraction, granted.message) == (0, "")


def test_the_highest_fraction_is_kept_with_its_message() -> None:
    with collect_credit() as granted:
        credit(0.3, "some")
        credit(0.6, "more")
        credit(0.6, "as much")
        credit(0.1, "less")
    assert (granted.fraction, granted.message) == (Decimal("0.6"), "more")


@pytest.mark.parametrize(
    ("fraction", "exact"),
    [(0.1, "0.1"), (1, "1"), (np.float64(0.7), "0.7"), (np.float32(0.25), "0.25"), (1e-3, "0.001")],
)
def test_fractions_are_what_they_look_like(fraction: Any, exact: str) -> None:
    with collect_credit() as granted:
        credit(fraction, "x")
    assert granted.fraction == Decimal(exact)


@pytest.mark.parametrize("fraction", [0, -0.5, 1.01, float("nan"), float("inf")])
def test_a_fraction_outside_0_to_1_is_refused(fraction: float) -> None:
    with collect_credit() as granted, pytest.raises(ValueError, match="above 0 and at most 1"):
        credit(fraction, "x")
    assert granted.fraction == 0


def test_blocks_do_not_reach_each_other() -> None:
    with collect_credit() as outer:
        credit(0.2, "outer")
        with collect_credit() as inner:
            credit(0.9, "inner")
        credit(0.3, "outer again")
    assert (outer.fraction, inner.fraction) == (Decimal("0.3"), Decimal("0.9"))


def test_outside_a_test_credit_goes_nowhere() -> None:
    credit(0.5, "nobody is listening")
    with collect_credit() as granted:
        pass
    assert granted.fraction == 0
