"""Where in a file of the repository a verdict has its place: for annotations beside the code.

A test's message names the student's own line where there is one ("toy.py, line 7", "code cell 3,
line 2"). Otherwise the place is where the function is defined that the test's title names. Both
are guesses from text that students may shape, so nothing but an annotation hangs on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from grader.errors import SubmissionError
from grader.model import Grade, Verdict
from grader.submission import Attempt
from grader.submission.contents import list_folder, read_file

__all__ = ["Place", "Work", "cell_lines"]

_IN_CELL = re.compile(r"\bcode cell (\d{1,6})(?:, line (\d{1,6}))?")
_IN_FILE = re.compile(r"([^\s/:,]+\.py), line (\d{1,9})")
_NAMED = re.compile(r"([A-Za-z_]\w*)\(")
_DEFINED = re.compile(r"^[ \t]*(?:async +)?(?:def|class) +(\w+)")
_SPACE = re.compile(r"[ \t\n\r]*")
_LARGEST = 10_000_000  # bytes of a file that is looked into


class Place(NamedTuple):
    """A place in the repository.

    Attributes:
        file: its path from the top; empty if nothing is known.
        line: from 1, 0 if not known.
        cell: of a notebook, the number among its code cells; 0 if not known.
    """

    file: str = ""
    line: int = 0
    cell: int = 0


class Work:
    """A submission's files, as far as places are looked for in them.

    Args:
        attempt: where the files lie.
        grade: which of them was graded.
        top: the folder that stands for the top of the repository.
    """

    def __init__(self, attempt: Attempt, grade: Grade, top: Path) -> None:
        self.file = _graded_file(attempt, grade)
        self._top = top
        self._modules = {path.name: path for path in _modules(attempt)}
        self._cells: list[list[int]] = []
        self._defined: dict[str, Place] = {}
        self.path = _relative(self.file, top)
        text = _text(self.file)
        if self.file.suffix == ".ipynb":
            cells = _code_cells(text)
            self._cells = [lines for _, lines in cells]
            for number, (source, lines) in enumerate(cells, start=1):
                for name, line in _definitions(source):
                    self._defined[name] = Place(self.path, lines[line - 1], number)
        elif self.file.suffix == ".py":
            for name, line in _definitions(text):
                self._defined[name] = Place(self.path, line)

    def place(self, verdict: Verdict) -> Place:
        """Return the best place for what a verdict says."""
        if cell := _IN_CELL.search(verdict.message):
            number, line = int(cell[1]), int(cell[2] or 1)
            if 1 <= number <= len(self._cells):
                lines = self._cells[number - 1]
                return Place(self.path, lines[min(line, len(lines)) - 1] if lines else 0, number)
        elif found := _IN_FILE.search(verdict.message):
            # A file that could not be imported by its own name was run under another one.
            file = self._modules.get(found[1], self.file)
            return Place(_relative(file, self._top), int(found[2]))
        for name in _NAMED.findall(verdict.title):
            if name in self._defined:
                return self._defined[name]
        return Place(self.path)


def cell_lines(text: str) -> list[list[int]]:
    """Return for every code cell of a notebook the file's line of each line of its source.

    Args:
        text: the notebook's JSON, of format 4.

    Returns:
        Line numbers from 1, by cell; nothing if it cannot be read.
    """
    return [lines for _, lines in _code_cells(text)]


def _code_cells(text: str) -> list[tuple[str, list[int]]]:
    """Return source and lines of every code cell."""
    try:
        return list(_scanned_cells(text))
    except (ValueError, RecursionError, IndexError):
        return []  # why it cannot be read is said by the grade


def _scanned_cells(text: str) -> Iterator[tuple[str, list[int]]]:
    """Walk down to the sources; of everything else only its end is looked for."""
    line, counted = 1, 0
    cells = dict(_members(text, _skip(text, 0))).get("cells")
    for start in _items(text, cells) if cells is not None else ():
        members = dict(_members(text, start)) if text[start] == "{" else {}
        kind, source = members.get("cell_type"), members.get("source")
        if kind is None or _value(text, kind)[0] != "code":
            continue
        pieces: list[tuple[str, int]] = []
        if source is not None and text[source] in '["':
            for at in [source] if text[source] == '"' else _items(text, source):
                value, _ = _value(text, at)
                if isinstance(value, str):
                    line, counted = line + text.count("\n", counted, at), at
                    pieces.append((value, line))
        yield "".join(piece for piece, _ in pieces), _lines(pieces)


def _lines(pieces: Iterable[tuple[str, int]]) -> list[int]:
    """Return for each line of a source the file's line on which the piece stands that begins it."""
    lines: list[int] = []
    is_new = True
    for piece, line in pieces:
        for part in re.findall(r"[^\n]*\n|[^\n]+", piece):
            if is_new:
                lines.append(line)
            is_new = part.endswith("\n")
    return lines


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of the object that begins at ``start``, and where their values begin."""
    if text[start] != "{":
        return
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, at = _value(text, at)
        at = _skip(text, _skip(text, at) + 1)  # the colon
        yield key, at
        at = _skip(text, _value(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at


def _items(text: str, start: int) -> Iterator[int]:
    """Yield where the items begin of the array that begins at ``start``."""
    if text[start] != "[":
        return
    at = _skip(text, start + 1)
    while text[at] != "]":
        yield at
        at = _skip(text, _value(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at


_DECODER = json.JSONDecoder(strict=False)


def _value(text: str, start: int) -> tuple[Any, int]:
    return _DECODER.raw_decode(text, start)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _definitions(source: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(source.split("\n"), start=1):
        if found := _DEFINED.match(line):
            yield found[1], number


def _graded_file(attempt: Attempt, grade: Grade) -> Path:
    """Return the notebook or module; what was handed in, where that cannot be told."""
    parts = PurePosixPath(grade.submission).parts
    inside = attempt.path.parent.joinpath(*parts)
    try:
        is_there = ".." not in parts and inside.is_file() and not inside.is_symlink()
    except (OSError, ValueError):
        is_there = False
    return inside if is_there else attempt.path


def _modules(attempt: Attempt) -> Iterable[Path]:
    files: Mapping[str, Path] = attempt.parts
    if attempt.path.is_dir() and not attempt.path.is_symlink():
        try:
            files, _ = list_folder(attempt.path)
        except SubmissionError:
            files = {}  # said by the grade
    return [path for path in files.values() if path.suffix == ".py"]


def _text(file: Path) -> str:
    if file.suffix not in {".ipynb", ".py"}:
        return ""
    try:
        return read_file(file, limit=_LARGEST).decode("utf-8-sig", "replace")
    except SubmissionError:
        return ""  # said by the grade


def _relative(file: Path, top: Path) -> str:
    return file.relative_to(top).as_posix()
