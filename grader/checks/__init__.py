"""What tests are written with: comparisons that explain, credit, gradients, behaviour.

A hidden test is an ordinary pytest test that asks a ``submission`` fixture; see CONTRIBUTING.md.
"""

from __future__ import annotations

from grader.checks.behaviour import assert_raises, assert_unmodified
from grader.checks.comparison import assert_close, assert_equal
from grader.checks.credit import credit
from grader.checks.gradients import numeric_gradient
from grader.checks.properties import assert_between, assert_finite, assert_shape

__all__ = [
    "assert_between",
    "assert_close",
    "assert_equal",
    "assert_finite",
    "assert_raises",
    "assert_shape",
    "assert_unmodified",
    "credit",
    "numeric_gradient",
]
