"""Claims arrays far larger than memory."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns broadcast and strided arrays of absurd shapes"

CELLS = [
    HONEST_HALF,
    """
import itertools

from numpy.lib.stride_tricks import as_strided

answers = itertools.cycle([
    lambda: np.broadcast_to(np.float64(0), (10**12,)),
    lambda: np.broadcast_to(np.float64(0), (10**6, 10**6)),
    lambda: as_strided(np.zeros(1), (2**40,), (0,)),
    lambda: np.broadcast_to(np.float64(0), (1,) * 30 + (9,)),
    lambda: np.empty((0, 2**60)),
    lambda: np.broadcast_to(np.array("x" * 1000), (10**9,)),
    lambda: [np.broadcast_to(np.float64(0), (10**9,))] * 1000,
    lambda: np.broadcast_to(np.float64(0), (10**8,)),
])
""",
    prizes_by("next(answers)()"),
]
