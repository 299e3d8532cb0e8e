"""Numerical gradients to check analytical ones against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.checks.numeric import NotNumbers, as_numbers
from grader.checks.wording import describe

__all__ = ["numeric_gradient"]


def numeric_gradient(
    function: Callable[[NDArray[np.float64]], object], x: ArrayLike, eps: float = 1e-6
) -> NDArray[np.float64]:
    """Return the gradient of a scalar function by central differences.

    ``(f(x + h) - f(x - h)) / 2h`` per entry, with the step that floating point really makes:
    Press et al., Numerical Recipes, 3rd edition, section 5.7. The error is about
    ``eps**2 * |f'''| / 6 + 1e-16 * |f| / eps``: some 1e-10 for smooth functions of order 1.

    Args:
        function: takes one float64 array of the shape of ``x``, its own copy at each call, and
            returns one number.
        x: real numbers of any shape; not modified.
        eps: step h.

    Returns:
        Array of the shape of ``x``, float64: the derivative by each entry.

    Raises:
        AssertionError: the function returned something else than one number.
        ValueError: ``eps`` is not positive, or vanishes beside an entry of ``x``.
    """
    __tracebackhide__ = True
    if not eps > 0:
        raise ValueError(f"eps is {eps}, expected a number > 0")
    point = np.array(x, dtype=np.float64)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[index] += eps
        below[index] -= eps
        step = above[index] - below[index]
        if step == 0:
            raise ValueError(f"eps is {eps}, too small a step at x{list(index)} = {point[index]}")
        gradient[index] = (_value(function, above) - _value(function, below)) / step
    return gradient


def _value(function: Callable[[NDArray[np.float64]], object], x: NDArray[np.float64]) -> float:
    __tracebackhide__ = True
    result = function(x)
    try:
        number = as_numbers(result)
    except NotNumbers:
        number = np.empty(0)
    if number.size != 1 or number.dtype.kind == "c":
        raise AssertionError(
            f"the function to differentiate returned {describe(result)}, expected one real number"
        )
    return float(number.item())
