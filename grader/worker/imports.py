"""The import rule at run time: which packages a submission's own code may import.

A library may import whatever it needs; what counts is who asks first. The standard library is
transparent, so that ``importlib.import_module`` and its relatives do not hide the asker.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType, ModuleType

from grader.worker.tracebacks import INSTALLED, is_student_file

__all__ = ["ImportRule", "allowed_text"]

_ALWAYS = frozenset(("IPython", "ipykernel", "matplotlib_inline", "grader", "__main__"))


class ImportRule:
    """A finder, first on ``sys.meta_path``, that refuses what the assignment does not allow.

    Args:
        allowed: top-level names of third-party packages; empty allows every package.
        own: top-level names of the student's own modules.
    """

    def __init__(self, allowed: Iterable[str], own: Iterable[str] = ()) -> None:
        self._allowed = frozenset(allowed)
        self._own = frozenset(own)
        self._folder = str(Path.cwd())

    def install(self) -> None:
        """Start to apply the rule to every module that is not loaded yet."""
        if self._allowed:
            sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Refuse a forbidden import; leave finding the module to the finders that follow.

        Raises:
            ModuleNotFoundError: the student's code asks for a package that is not allowed.
        """
        name = fullname.partition(".")[0]
        if self._may(name):
            return None
        if name in self._own or self._wrote(name):
            # His own torch.py is his own; it does not allow the installed package of that name.
            return PathFinder.find_spec(fullname, path or [self._folder], target)
        if not _asked_by_student(sys._getframe(1)):
            return None
        # Whether it is installed makes no difference: where the worker has a file system of its
        # own, a package that is not allowed is not there at all.
        raise ModuleNotFoundError(
            f"this assignment allows {allowed_text(self._allowed)}; "
            f"{name!r} is not among them. Remove the import and write that part with what is "
            "allowed",
            name=name,
        )

    def _wrote(self, name: str) -> bool:
        """Tell whether a module lies in the working folder, as ``%%writefile`` leaves one."""
        found = PathFinder.find_spec(name, [self._folder])
        if found is None or found.origin is None:
            return False
        return Path(found.origin).resolve().is_relative_to(self._folder)

    def _may(self, name: str) -> bool:
        return name in self._allowed or name in _ALWAYS or name in sys.stdlib_module_names


def allowed_text(allowed: Iterable[str]) -> str:
    """Name what may be imported: ``numpy, matplotlib and the standard library``."""
    return f"{', '.join(sorted(allowed))} and the standard library"


def _asked_by_student(frame: FrameType | None) -> bool:
    """Tell whether no installed package stands between this import and the student's code."""
    while frame is not None:
        filename = frame.f_code.co_filename
        if is_student_file(filename):
            return True
        if filename.startswith(INSTALLED):
            return False
        frame = frame.f_back
    return False
