"""Random numbers for one purpose each, from one seed."""

from __future__ import annotations

import numpy as np

from grader.errors import SpecError
from grader.seeds import derive

__all__ = ["stream", "whole_seed"]

# Rows that a student has seen must not tell the seed. One word could be found by trying all.
_WORDS = 4


def stream(seed: int, *labels: str) -> np.random.Generator:
    """Return a generator whose numbers tell nothing about those of other labels.

    Args:
        seed: 0 or more. For rows that decide points, let it be secret and of 128 bits or more.
        labels: what the numbers are for.

    Raises:
        SpecError: as :func:`whole_seed` says.
    """
    name = str(whole_seed(seed))
    words = [derive(name, "datasets", *labels, str(word)) for word in range(_WORDS)]
    return np.random.default_rng(words)


def whole_seed(seed: int) -> int:
    """Return ``seed`` as an int of 0 or more.

    Raises:
        SpecError: it is negative, or not a whole number.
    """
    whole = int(seed)
    if whole != seed or whole < 0:
        raise SpecError(f"a seed is a whole number of 0 or more, found {seed!r}")
    return whole
