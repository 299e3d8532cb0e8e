"""Reference solution -> starter: what students get has the solution taken out.

``reference/ID/solution.py`` is the one source, in jupytext's percent format:
:mod:`grader.regions` says what becomes of marked lines, :mod:`grader.release.cells` what becomes
of marked cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from grader.errors import SpecError, UsageError
from grader.model import Assignment
from grader.release.cells import ReleasedCell, release_cells

__all__ = ["Starter", "make_starter", "stale_starter", "write_starter"]

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class Starter(NamedTuple):
    """What students begin with.

    Attributes:
        files: ``ID.ipynb`` and ``ID.py``.
        removed: the parts of the reference solution that students do not get.
    """

    files: Mapping[str, bytes]
    removed: tuple[str, ...]


def make_starter(assignment: Assignment) -> Starter:
    """Make the starter notebook and module; equal sources give equal bytes.

    Raises:
        UsageError: the assignment holds no reference, as on a student's machine.
        SpecError: the reference's regions or tags are wrong; names the file and line.
    """
    if assignment.reference is None:
        raise UsageError(
            f'"{assignment.id}" has no reference solution here, so no starter can be made',
            remedy=f"Run this in the instructor's course, which has reference/{assignment.id}.",
        )
    path = assignment.reference / "solution.py"
    name = f"reference/{assignment.id}/solution.py"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"cannot be read as UTF-8 text: {error}", where=name) from None
    cells, removed = release_cells(text, name)
    return Starter(
        {
            f"{assignment.id}.ipynb": _notebook(cells),
            f"{assignment.id}.py": _module([cell for cell in cells if not cell.role]),
        },
        removed,
    )


def write_starter(assignment: Assignment) -> list[Path]:
    """Write the starter into ``assignments/ID/starter`` and return its files.

    Other files there, such as data, are left alone.
    """
    folder = assignment.folder / "starter"
    files = make_starter(assignment).files
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def stale_starter(assignment: Assignment) -> list[str]:
    """Return the names of the starter's files that are missing or not what would be written."""
    folder = assignment.folder / "starter"
    return [
        name
        for name, content in make_starter(assignment).files.items()
        # Git may have checked it out with another line end.
        if not (folder / name).is_file()
        or (folder / name).read_bytes().replace(b"\r\n", b"\n") != content
    ]


def _notebook(cells: Sequence[ReleasedCell]) -> bytes:
    """Return a notebook without outputs; nothing in it tells which versions wrote it."""
    import nbformat

    notebook = nbformat.from_dict(
        {
            "cells": _nbformat(cells),
            "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook, version=4)}\n".encode()


def _module(cells: Sequence[ReleasedCell]) -> bytes:
    """Return cells as a module in percent format."""
    import jupytext
    import nbformat

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.from_dict({**cell, "metadata": {}}) for cell in _nbformat(cells)],
        # Without a header, which would name jupytext's version.
        metadata={"jupytext": {"notebook_metadata_filter": "-all"}},
    )
    text: str = jupytext.writes(notebook, fmt="py:percent")
    return f"{text.strip()}\n".encode()


def _nbformat(cells: Sequence[ReleasedCell]) -> list[dict[str, Any]]:
    """Return cells as those of nbformat 4.5, with ids of their own.

    An id is made from what the cell says, so that it stays the same when cells around it come
    and go, and never stands for another text.
    """
    made: list[dict[str, Any]] = []
    times: dict[str, int] = {}
    for cell in cells:
        content = f"{cell.kind}\n{cell.source}"
        key = f"{cell.kind}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        times[key] = times.get(key, 0) + 1
        made.append(
            {
                "cell_type": cell.kind,
                "id": key if times[key] == 1 else f"{key}-{times[key]}",
                "metadata": {
                    **({"tags": list(cell.tags)} if cell.tags else {}),
                    **({"grader": {"role": cell.role}} if cell.role == "check" else {}),
                },
                "source": cell.source,
                **({"execution_count": None, "outputs": []} if cell.kind == "code" else {}),
            }
        )
    return made
