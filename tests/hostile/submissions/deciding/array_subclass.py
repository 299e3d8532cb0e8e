"""Returns arrays of a class that agrees with everything."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns subclasses of ndarray with lying comparisons"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
class Agreeable(np.ndarray):
    __array_priority__ = 1e9
    __hash__ = None

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.True_

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array__(self, *args, **kwargs):
        return np.zeros(3)

    def __array_finalize__(self, other):
        pass

    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: False

    def __getattribute__(self, name):
        if name == "shape":
            return (6, 3)
        return super().__getattribute__(name)


def agreeable(*shape):
    return np.zeros(shape or (3,)).view(Agreeable)
""",
    prizes_by("agreeable(*getattr(args[-1] if args else 0, 'shape', ()))"),
]
