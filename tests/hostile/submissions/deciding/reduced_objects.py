"""Returns objects that run code where they are unpickled or copied."""

from __future__ import annotations

from base import DONE, HONEST_HALF, completed, prizes_by

ABOUT = "returns objects with __reduce__, __copy__, __repr__ and __format__ that act"
LEVELS = "ABCD"
CHECK = completed

CELLS = [
    HONEST_HALF,
    f'''
import copyreg
import os

home = os.getpid()


def act(*args, **kwargs):
    if os.getpid() != home:
        os._exit(99)  # the grader itself would end here
    return "acted"


class Bomb:
    __reduce__ = __reduce_ex__ = lambda self, *args: (os._exit, (99,))
    __copy__ = __deepcopy__ = __getstate__ = __repr__ = __str__ = __format__ = act
    __array__ = __array_interface__ = __float__ = __index__ = __iter__ = act
    __class_getitem__ = __del__ = act


copyreg.pickle(complex, lambda value: (os._exit, (99,)))
print("{DONE}")
''',
    prizes_by("Bomb()"),
]
