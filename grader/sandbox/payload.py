"""The only part of this project that a worker's file system holds.

A copy of ``grader.wire`` and ``grader.worker`` under a package ``grader`` whose ``check`` tests
nothing: a ``grader.check()`` cell in a handed-in notebook stays silent, and neither the rest of
the grader nor the place of the repository is there to be found.
"""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["write_payload"]

_PARTS = ("wire", "worker")
_STUB = '''"""Checks in a notebook that was handed in are no part of its grading."""


class _NotChecked:
    """What a check gives back here: nothing failed, and nothing was tested."""

    score = max_score = 0
    passed = True
    verdicts = ()
    problem = note = ""

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __repr__(self):
        return ""

    def _ipython_display_(self):
        pass


def check(*_, **__):
    """Check nothing, and show nothing."""
    return _NotChecked()
'''


def write_payload(folder: Path) -> None:
    """Write the package into ``folder``, which a worker then has on its path."""
    package = folder / "grader"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_STUB, encoding="utf-8")
    source = Path(__file__).resolve().parents[1]
    for part in _PARTS:
        shutil.copytree(source / part, package / part, ignore=shutil.ignore_patterns("__pycache__"))
