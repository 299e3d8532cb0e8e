"""Pretends that its import is asked for by an installed library."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "code objects and frames that bear the file names of installed packages"

CELLS = [
    HONEST_HALF,
    r"""
def tried(*ways):
    for way in ways:
        try:
            module = way()
            print(way, module)
            if module is not None and hasattr(module, "softmax"):
                return module
        except BaseException as error:
            print(type(error).__name__, error)

import sys, sysconfig

def ask():
    import torch
    return torch

site = sysconfig.get_path("purelib")
names = (f"{site}/numpy/core.py", f"{site}/matplotlib/x.py", "<frozen importlib._bootstrap>",
         "/usr/lib/python3/os.py", "/opt/worker/grader/x.py", np.__file__)

def forged(name):
    code = ask.__code__.replace(co_filename=name)
    return type(ask)(code, {"__name__": "numpy", "__file__": name})

def compiled(name):
    scope = {"__name__": "numpy.core", "__file__": name, "__package__": "numpy"}
    exec(compile("import torch", name, "exec"), scope)
    return scope["torch"]

sys._getframe = lambda depth=0: None
found = tried(*[lambda name=name: forged(name)() for name in names],
              *[lambda name=name: compiled(name) for name in names])
if found:
    def softmax(z):
        return found.softmax(found.tensor(z), -1)
""",
]
