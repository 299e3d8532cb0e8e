"""Returns arrays of every odd dtype."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns structured, object, half, long double, text and date arrays"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import itertools

shapes = ((1, 2), (3, 4), (4, 3), (6,), (8,), (3,), ())
types = ("O", "f2", "g", "G", "c16", "U5", "S3", "M8[s]", "m8", "V4", "?", "u8", "i1",
         [("x", "f8"), ("y", "O")])
answers = itertools.cycle([np.zeros(shape, kind) for kind in types for shape in shapes]
                          + [np.array("NaT", "M8[s]"), np.array(["NaT"] * 3, "m8[s]")])
""",
    prizes_by("next(answers)"),
]
