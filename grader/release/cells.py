"""The cells of a reference solution: which of them students get, and where.

A cell's tags decide: ``instructor`` is not handed out; ``check`` goes into the notebook alone,
marked as such, and so does, unmarked, ``notebook``: figures and trials that call what students
have yet to write, and that would keep an unfinished module from being imported.

So do the marks that nbgrader and otter put on cells. nbgrader's metadata: a solution cell without
a region is replaced as a whole, a cell of tests goes into the notebook alone. otter's raw cells:
the assignment's configuration, the boundaries of questions and whole blocks of tests are left
out, of a block of solutions text becomes a line that asks for an answer, and code must mark its
lines.
"""

from __future__ import annotations

import difflib
import re
from typing import Any, NamedTuple

from grader.errors import SpecError
from grader.regions import ANSWER, CODE, without_solutions

__all__ = ["Released", "ReleasedCell", "release_cells"]

_ROLES = ("instructor", "check", "notebook")
_BOUNDARY = re.compile(r"#\s+(begin|end)\s+(question|prompt|solution|tests)\b", re.IGNORECASE)
_CONFIGURATION = re.compile(r"#\s+assignment\s+config\b", re.IGNORECASE)
_IGNORED = re.compile(r"#+\s*ignore\s*#*", re.IGNORECASE)
_HEADER = re.compile(r"#\s*%%")


class ReleasedCell(NamedTuple):
    """A cell, and what of it students get.

    Attributes:
        kind: ``"code"``, ``"markdown"`` or ``"raw"``.
        source: what students get.
        role: ``"check"``, ``"notebook"``, or nothing for a cell that goes into the module, too.
        tags: those that mean nothing to us.
    """

    kind: str
    source: str
    role: str = ""
    tags: tuple[str, ...] = ()


class Released(NamedTuple):
    """What students get of a reference solution, and what they do not.

    Attributes:
        cells: the cells that they get, in order.
        removed: what was taken out: solution regions, and whole cells.
    """

    cells: tuple[ReleasedCell, ...]
    removed: tuple[str, ...]


def release_cells(text: str, name: str) -> Released:
    """Return the cells that students get of a reference solution in percent format.

    Args:
        text: the module.
        name: the file as error messages call it.

    Raises:
        SpecError: regions, tags or the marks of other tools are wrong, or nothing is left to
            students; names the line.
    """
    remainder = without_solutions(text, name)
    # Regions end in their own cells, so that both texts have the same cells.
    whole, left = (_parsed(each, name) for each in (text, remainder.text))
    lines = _lines(text, len(whole))
    blocks = _Blocks(name)
    cells: list[ReleasedCell] = []
    removed = list(remainder.removed)
    for cell, rest, line in zip(whole, left, lines, strict=True):
        released = _released(cell, rest.source, blocks, f"{name}:{line}" if line else name)
        if released is not None:
            cells.append(released)
        if released is None or released.source != rest.source:
            removed.append(cell.source)
    blocks.close()
    if not remainder.removed and not any(cell.source in (CODE, ANSWER) for cell in cells):
        raise SpecError(
            "there is no solution region, so students would be given the whole solution",
            where=name,
            remedy="Put what they must write between # BEGIN SOLUTION and # END SOLUTION.",
        )
    return Released(tuple(cells), tuple(removed))


def _parsed(text: str, name: str) -> list[Any]:
    """Return the cells as nbformat's."""
    import jupytext
    import nbformat

    try:
        return list(jupytext.reads(text, fmt="py:percent").cells)
    except nbformat.ValidationError as error:
        raise SpecError(
            f"this is not a notebook in percent format: {error.message}",
            where=name,
            remedy="Correct the header between the lines `# ---` and the lists of tags.",
        ) from None


def _lines(text: str, cells: int) -> list[int]:
    """Return the line on which each cell begins; 0 where that is not clear."""
    found = [
        number for number, line in enumerate(text.splitlines(), start=1) if _HEADER.match(line)
    ]
    if len(found) == cells - 1:  # something stands before the first header
        found.insert(0, 1)
    return found if len(found) == cells else [0] * cells


def _released(cell: Any, rest: str, blocks: _Blocks, where: str) -> ReleasedCell | None:
    """Return what students get of a cell; None for nothing.

    Args:
        cell: the cell as it is written.
        rest: its text without solution regions.
        blocks: which of otter's blocks it lies in.
        where: file and line, for errors.
    """
    kind, source = cell.cell_type, cell.source
    role = _role(cell, where)
    tags = tuple(tag for tag in cell.metadata.get("tags", ()) if tag not in _ROLES)
    fenced = re.fullmatch(r"\s*```otter\n(.*)\n```\s*", source, re.DOTALL)
    if kind == "raw" or fenced:
        first = (fenced[1] if fenced else source).strip().partition("\n")[0]
        if blocks.boundary(first, where) or _CONFIGURATION.match(first):
            return None
    first = source.strip().partition("\n")[0]
    if role == "instructor" or blocks.around == "tests" or _IGNORED.fullmatch(first):
        return None
    nbgrader = cell.metadata.get("nbgrader", {})
    answered = kind == "markdown" and blocks.around == "solution"
    if (nbgrader.get("solution") or answered) and rest == source:
        return ReleasedCell(kind, CODE if kind == "code" else ANSWER, role, tags)
    if kind == "code" and blocks.around == "solution" and rest == source:
        raise SpecError(
            "this cell lies in a block of solutions, and none of its lines is marked",
            where=where,
            remedy="Mark its lines by # SOLUTION, or put them between # BEGIN SOLUTION and "
            "# END SOLUTION.",
        )
    if nbgrader.get("grade") and not nbgrader.get("solution") and kind == "code":
        role = role or "notebook"
    return ReleasedCell(kind, rest, role, tags)


class _Blocks:
    """Keeps count of otter's blocks, which begin and end with raw cells.

    Args:
        name: the file as error messages call it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[tuple[str, str]] = []

    @property
    def around(self) -> str:
        """The innermost block that is open; empty where there is none."""
        return self._open[-1][0] if self._open else ""

    def boundary(self, line: str, where: str) -> bool:
        """Tell whether a line is a boundary, and take note of it.

        Raises:
            SpecError: it ends what has not begun.
        """
        found = _BOUNDARY.match(line)
        if found is None:
            return False
        verb, kind = found[1].lower(), found[2].lower()
        if verb == "begin":
            self._open.append((kind, where))
        elif self.around == kind:
            self._open.pop()
        else:
            raise SpecError(f"END {kind.upper()} without a BEGIN {kind.upper()}", where=where)
        return True

    def close(self) -> None:
        """Say that no cell follows.

        Raises:
            SpecError: a block is still open.
        """
        if self._open:
            kind, where = self._open[-1]
            raise SpecError(f"BEGIN {kind.upper()} without an END {kind.upper()}", where=where)


def _role(cell: Any, where: str) -> str:
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
            where=where,
            remedy='Write # %% tags=["instructor"], and likewise "check" or "notebook".',
        )
    return next((role for role in _ROLES if role in tags), "")
