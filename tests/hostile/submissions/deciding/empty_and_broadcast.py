"""Returns nothing, or one number for many."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns empty, 0-d and broadcastable arrays: all() of nothing is true"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import itertools

answers = itertools.cycle([
    np.zeros(0), np.zeros((0, 3)), np.zeros((3, 0)), np.array(0.5), np.zeros((1, 1)), [], (), {},
    np.array([]), np.array([[]]), np.zeros((1,) * 8), set(), "", b"", None, {"w": np.zeros(0)}])
""",
    prizes_by("next(answers)"),
]
