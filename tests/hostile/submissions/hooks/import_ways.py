"""Imports a package that the assignment does not allow."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "every function of the standard library that imports, to get the softmax of torch"

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

import importlib, importlib.util, pkgutil, runpy, sys, glob, site, subprocess

SITE = "@REPOSITORY@/.venv/lib/python3.11/site-packages"

def from_site(name):
    for folder in (*sys.path, *site.getsitepackages(), SITE):
        for file in glob.glob(f"{folder}/{name}/__init__.py"):
            spec = importlib.util.spec_from_file_location(
                name, file, submodule_search_locations=[file.rpartition("/")[0]])
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
            return module

def without_rule():
    rules = sys.meta_path[:]
    sys.meta_path[:] = [finder for finder in rules if "ImportRule" not in type(finder).__name__]
    try:
        sys.path.append(SITE)
        return importlib.import_module("torch").nn.functional
    finally:
        sys.meta_path[:] = rules
        sys.path.pop()

found = tried(
    lambda: __import__("torch"),
    lambda: importlib.import_module("torch.nn.functional"),
    lambda: importlib.__import__("torch"),
    lambda: pkgutil.resolve_name("torch:nn.functional"),
    lambda: __import__("types").SimpleNamespace(**runpy.run_module("torch")),
    lambda: eval("__import__('tensorflow').nn"),
    lambda: from_site("torch"),
    lambda: from_site("keras"),
    lambda: without_rule(),
    lambda: sys.modules["torch"],
)
if found:
    def softmax(z):
        return np.asarray(found.softmax(found.tensor(z) if hasattr(found, "tensor") else z, -1))
""",
]
