"""Exceptions of the student's code, told in the student's own lines."""

from __future__ import annotations

import linecache
import os
import re
import sysconfig
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["CELL_FILENAME", "INSTALLED", "is_student_file", "report"]

CELL_FILENAME = "<code cell {number}>"
_CELL = re.compile(r"<(?:code cell |ipython-input-)(\d+)(?:-\w+)?>")  # the second: in a terminal
_MAX_TEXT = 4000
_MAX_FRAMES = 20
_STANDARD = tuple(f"{sysconfig.get_path(name)}/" for name in ("stdlib", "platstdlib"))
INSTALLED = (
    *(f"{sysconfig.get_path(name)}/" for name in ("purelib", "platlib")),
    f"{Path(__file__).resolve().parents[1]}/",  # this project, also where it is not installed
)


def is_student_file(filename: str) -> bool:
    """Tell whether code of this file is the student's: a cell, or a file of the submission.

    What was compiled, as by Cython, bears the name that its source had where it was built
    (``h5py/h5f.pyx``), which is no file here.
    """
    if _CELL.fullmatch(filename):
        return True
    if filename.startswith(("<", *_STANDARD, *INSTALLED)):
        return False
    # An imported module is named by its absolute path, also when its file is gone by now.
    imported = Path(filename).is_absolute() and filename.endswith(".py")
    # A student can give code any name; Path.is_file() would raise for one that is too long.
    return imported or os.path.isfile(filename)  # noqa: PTH113


def report(error: BaseException) -> dict[str, Any]:
    """Describe an exception: class names, message, place and the student's part of the trace."""
    # Asked of the built-in classes themselves: a class of the student's may answer anything.
    frames = _student_frames(BaseException.__dict__["__traceback__"].__get__(error))
    if isinstance(error, SyntaxError) and error.filename and not frames:
        place = _place(error.filename, error.lineno or 0)
    else:
        place = _place(frames[-1].filename, frames[-1].lineno or 0) if frames else ""
    kinds = [_class_name(kind) for kind in type.mro(type(error)) if kind is not object]
    return {
        "kind": kinds[0] if kinds else "Exception",
        "kinds": kinds,
        "detail": _text(error)[:_MAX_TEXT],
        "where": place,
        "trace": "".join(
            [*traceback.format_list(frames), f"{_class_name(type(error))}: {_text(error)}\n"]
        )[:_MAX_TEXT],
    }


def _student_frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    linecache.checkcache()
    summary = traceback.extract_tb(trace)
    return [frame for frame in summary if is_student_file(frame.filename)][-_MAX_FRAMES:]


def _place(filename: str, line: int) -> str:
    cell = _CELL.fullmatch(filename)
    name = f"code cell {cell.group(1)}" if cell else Path(filename).name
    return f"{name}, line {line}" if line else name


def _class_name(kind: type) -> str:
    return str(type.__dict__["__name__"].__get__(kind))


def _text(error: BaseException) -> str:
    """The exception's message; a student's class may raise from its own ``__str__``."""
    try:
        return str(error.msg) if isinstance(error, SyntaxError) else str(error)
    except BaseException:  # the student's __str__ may raise anything, SystemExit too
        return "(its message cannot be shown)"
