"""Which libraries a submission uses, so that it is forked from a process that has them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from grader.model import CellKind, Submission

__all__ = ["expected_frameworks", "expected_set", "library_set"]

_LOOKED_AT = 1 << 20
_FILES = 50

# framework: what an import of it, or of something that loads it, looks like
_FRAMEWORKS = {
    "tensorflow": re.compile(r"^[ \t]*(import|from)[ \t]+(tensorflow|keras)\b", re.MULTILINE),
    "torch": re.compile(r"^[ \t]*(import|from)[ \t]+torch\b", re.MULTILINE),
}
# What a notebook about data loads beside them takes a second to import. All of it comes together,
# and with every framework: each set of libraries is a process more.
_COMPANIONS = ("pandas", "sklearn")
_DATA = re.compile(r"^[ \t]*(import|from)[ \t]+(pandas|sklearn|seaborn)\b", re.MULTILINE)


def library_set(submission: Submission, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return what a submission should find loaded: all of it is allowed, and installed.

    A guess from its text: one too many costs milliseconds, one too few the library's import.

    Args:
        submission: whose text.
        allowed: packages that the assignment allows; empty allows all.
    """
    texts = [cell.source for cell in submission.cells if cell.kind is CellKind.CODE]
    texts += [
        data.decode("utf-8", "replace")
        for name, data in submission.files.items()
        if name.endswith(".py")
    ]
    return _imported(texts, allowed)


def expected_set(path: Path, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return what :func:`library_set` may say of what was handed in, without reading it as such.

    Args:
        path: a notebook, a module, or a folder of those; of anything else the answer is empty.
        allowed: packages that the assignment allows; empty allows all.
    """
    return _imported(_texts(path), allowed)


def expected_frameworks(path: Path) -> tuple[str, ...]:
    """Return the frameworks that a file seems to import, and finds installed."""
    return _frameworks(_texts(path), ())


def _texts(path: Path) -> list[str]:
    """Return how a file begins, or each of the first files of a folder."""
    files = islice(path.rglob("*"), _FILES) if path.is_dir() else [path]
    return [_beginning(file) for file in files if file.suffix in (".py", ".ipynb")]


def _beginning(file: Path) -> str:
    try:
        if not file.is_file():  # to open a pipe would wait for its other end
            return ""
        with file.open("rb") as stream:
            text = stream.read(_LOOKED_AT).decode("utf-8", "replace")
    except OSError:
        return ""
    return text.replace('"', "\n")  # lines of cells are quoted


def _imported(texts: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    frameworks = _frameworks(texts, allowed)
    if frameworks or any(_DATA.search(text) for text in texts):
        return frameworks + tuple(name for name in _COMPANIONS if _usable(name, allowed))
    return ()


def _frameworks(texts: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        name
        for name, imported in _FRAMEWORKS.items()
        if any(imported.search(text) for text in texts) and _usable(name, allowed)
    )


def _usable(name: str, allowed: Sequence[str]) -> bool:
    return (not allowed or name in allowed) and importlib.util.find_spec(name) is not None
