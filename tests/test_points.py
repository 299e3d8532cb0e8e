from __future__ import annotations

from decimal import Decimal

import pytest

from grader.points import number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (Decimal("7.50"), "7.5"),
        (Decimal(100), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("33.333333"), "33.33"),
        (Decimal("0.125"), "0.13"),
        (Decimal("0.115"), "0.12"),
        (Decimal("2.675"), "2.68"),
        (Decimal(1) / 3, "0.33"),
        (Decimal("0.004"), "0"),
        (0.285, "0.29"),
        (1234567.0, "1234567"),
    ],
)
def test_numbers_are_rounded_half_up_and_have_no_trailing_zeros(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("digits", "text"), [(4, "10.0051"), (2, "10.01"), (1, "10"), (0, "10"), (6, "10.00505")]
)
def test_the_number_of_digits_is_a_choice(digits, text):
    assert number(Decimal("10.00505"), digits=digits) == text
