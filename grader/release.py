"""Reference solution -> starter: what students get has the solution's regions taken out.

``reference/ID/solution.py`` is the one source, in jupytext's percent format. Lines between
``# BEGIN SOLUTION`` and ``# END SOLUTION`` are replaced; cells tagged ``instructor`` are dropped;
cells tagged ``check`` go into the notebook alone, marked as such. So do, unmarked, those tagged
``notebook``: figures and trials that call what students have yet to write, and that would keep
an unfinished module from being imported.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.errors import SpecError, UsageError
from grader.model import Assignment
from grader.regions import without_solutions

__all__ = ["make_starter", "stale_starter", "write_starter"]

_ROLES = ("instructor", "check", "notebook")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def make_starter(assignment: Assignment) -> dict[str, bytes]:
    """Return the starter's files by name: ``ID.ipynb`` and ``ID.py``.

    Equal sources give equal bytes.

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
    cells = list(_cells(without_solutions(text, name), name))
    return {
        f"{assignment.id}.ipynb": _notebook([cell for cell, _ in cells]),
        f"{assignment.id}.py": _module([cell for cell, role in cells if not role]),
    }


def write_starter(assignment: Assignment) -> list[Path]:
    """Write the starter into ``assignments/ID/starter`` and return its files.

    Other files there, such as data, are left alone.
    """
    folder = assignment.folder / "starter"
    files = make_starter(assignment)
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def stale_starter(assignment: Assignment) -> list[str]:
    """Return the names of the starter's files that are missing or not what would be written."""
    folder = assignment.folder / "starter"
    return [
        name
        for name, content in make_starter(assignment).items()
        # Git may have checked it out with another line end.
        if not (folder / name).is_file()
        or (folder / name).read_bytes().replace(b"\r\n", b"\n") != content
    ]


def _cells(text: str, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the cells that students get, as nbformat 4.5 cells with their own ids, and their roles.

    An id is made from what the cell says, so that it stays the same when cells around it come
    and go, and never stands for another text.
    """
    import jupytext
    import nbformat

    try:
        notebook = jupytext.reads(text, fmt="py:percent")
    except nbformat.ValidationError as error:
        raise SpecError(
            f"this is not a notebook in percent format: {error.message}",
            where=name,
            remedy="Correct the header between the lines `# ---` and the lists of tags.",
        ) from None
    times: dict[str, int] = {}
    for cell in notebook.cells:
        role = _role(cell, name)
        if role == "instructor":
            continue
        content = f"{cell.cell_type}\n{cell.source}"
        key = f"{cell.cell_type}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        times[key] = times.get(key, 0) + 1
        tags = [tag for tag in cell.metadata.get("tags", ()) if tag not in _ROLES]
        released = {
            "cell_type": cell.cell_type,
            "id": key if times[key] == 1 else f"{key}-{times[key]}",
            "metadata": {
                **({"tags": tags} if tags else {}),
                **({"grader": {"role": role}} if role == "check" else {}),
            },
            "source": cell.source,
            **({"execution_count": None, "outputs": []} if cell.cell_type == "code" else {}),
        }
        yield released, role


def _role(cell: Any, name: str) -> str:
    """Return ``"instructor"``, ``"check"``, ``"notebook"`` or an empty string.

    Raises:
        SpecError: a tag is misspelt, or something stands in a tag's place; passed over, it would
            hand out what is the instructor's alone.
    """
    tags = [str(tag) for tag in cell.metadata.get("tags", ())]
    title = str(cell.metadata.get("title", "")).lower()
    near = [tag for tag in tags if difflib.get_close_matches(tag.lower(), _ROLES, cutoff=0.75)]
    if (
        not {*near} <= {*_ROLES}
        or title == "check"
        or {"instructor", "tag", "tags"} & {*re.findall(r"\w+", title)}
        or {"tag", "Tag", "Tags", "incorrectly_encoded_metadata"} & cell.metadata.keys()
    ):
        raise SpecError(
            f"the tags of a cell cannot be read; it begins with {cell.source[:60]!r}, and what "
            f"was understood is {dict(cell.metadata)}",
            where=name,
            remedy='Write # %% tags=["instructor"], and likewise "check" or "notebook".',
        )
    return next((role for role in _ROLES if role in tags), "")


def _notebook(cells: list[dict[str, Any]]) -> bytes:
    """Return a notebook without outputs; nothing in it tells which versions wrote it."""
    import nbformat

    notebook = nbformat.from_dict(
        {
            "cells": cells,
            "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook, version=4)}\n".encode()


def _module(cells: list[dict[str, Any]]) -> bytes:
    """Return cells as a module in percent format."""
    import jupytext
    import nbformat

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.from_dict({**cell, "metadata": {}}) for cell in cells],
        # Without a header, which would name jupytext's version.
        metadata={"jupytext": {"notebook_metadata_filter": "-all"}},
    )
    text: str = jupytext.writes(notebook, fmt="py:percent")
    return f"{text.strip()}\n".encode()
