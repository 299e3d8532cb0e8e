"""Returns objects that are equal to everything and convert to anything."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns objects whose every operator says yes"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
class Yes:
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __le__ = __ge__ = __eq__
    __bool__ = lambda self: True
    __hash__ = lambda self: 0
    __len__ = lambda self: 6
    __getitem__ = lambda self, key: Yes() if not isinstance(key, int) or key < 6 else stop()
    __getattr__ = lambda self, name: Yes()
    __call__ = lambda self, *args, **kwargs: Yes()
    __contains__ = lambda self, item: True
    __sub__ = __rsub__ = __add__ = __radd__ = __abs__ = lambda self, *other: 0.0
    __float__ = lambda self: 0.0
    __int__ = __index__ = lambda self: 0
    __instancecheck__ = __subclasscheck__ = lambda self, other: True


def stop():
    raise IndexError
""",
    prizes_by("Yes()"),
]
