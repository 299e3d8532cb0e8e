"""Which frameworks a submission uses, so that it is forked from a process that has them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path

from grader.model import CellKind, Submission

__all__ = ["FRAMEWORKS", "expected_set", "library_set"]

_LOOKED_AT = 1 << 20

# framework: what an import of it, or of something that loads it, looks like
FRAMEWORKS = {
    "tensorflow": re.compile(r"^[ \t]*(import|from)[ \t]+(tensorflow|keras)\b", re.MULTILINE),
    "torch": re.compile(r"^[ \t]*(import|from)[ \t]+torch\b", re.MULTILINE),
}


def library_set(submission: Submission, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the frameworks that a submission imports, is allowed, and finds installed.

    A guess from its text: one too many costs milliseconds, one too few the framework's import.

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


def expected_set(file: Path, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the frameworks that a file seems to import; it is not read as what it is.

    Args:
        file: a notebook or module that was handed in; of anything else the answer is empty.
        allowed: packages that the assignment allows; empty allows all.
    """
    try:
        with file.open("rb") as stream:
            text = stream.read(_LOOKED_AT).decode("utf-8", "replace")
    except OSError:
        return ()
    return _imported([text.replace('"', "\n")], allowed)  # lines of cells are quoted


def _imported(texts: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        name
        for name, imported in FRAMEWORKS.items()
        if (not allowed or name in allowed)
        and any(imported.search(text) for text in texts)
        and importlib.util.find_spec(name) is not None
    )
