"""Imports the grader, its tests and the reference."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "imports modules of the grader, the tests and the reference solution"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import importlib
import importlib.util
import pkgutil
import runpy
import sys

sys.path[:0] = ["@COURSE@", "@REPOSITORY@", "@COURSE@/reference/toolkit", "@REPOSITORY@/tests"]
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != "ImportRule"]
importlib.invalidate_caches()
sys.modules.pop("grader", None)
for name in ("grader.pipeline", "grader.checks.runner", "grader.model", "grader.seeds",
             "grader.catalog", "reference.toolkit.solution", "solution", "conftest",
             "assignments.toolkit.tests.hidden.test_prize", "tests.conftest", "pytest",
             "_pytest"):
    try:
        succeed("module", importlib.import_module(name))
    except (ImportError, OSError) as error:
        print(error)
for path in ("@COURSE@/reference/toolkit/solution.py", "@REPOSITORY@/grader/pipeline.py"):
    for load in (
        lambda: importlib.util.spec_from_file_location("m", path).loader.get_source("m"),
        lambda: runpy.run_path(path)["CANARY"],
        lambda: exec(compile(open(path).read(), path, "exec"), {{}}),
        lambda: pkgutil.get_loader,
    ):
        try:
            search(repr(load()).encode(), path)
        except (OSError, ImportError, KeyError) as error:
            print(error)
print("{DONE}")
''',
]
