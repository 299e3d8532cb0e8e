"""Returns object arrays of objects that lie."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns arrays of always-equal objects, also nested and containing themselves"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
class Yes:
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 1
    __sub__ = __rsub__ = lambda self, other: 0.0
    __float__ = __abs__ = lambda self: 0.0
    __le__ = __lt__ = lambda self, other: True


def boxed(args):
    first = args[0] if args else None
    array = np.empty(getattr(first, "shape", (3,)), object)
    array[...] = Yes()
    if array.size > 5:
        array.flat[0] = array
    return {name: array for name in first} if isinstance(first, dict) else array
""",
    prizes_by("boxed(args)"),
]
