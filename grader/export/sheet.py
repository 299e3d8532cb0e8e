"""Somebody else's CSV file, of which some cells are changed and every other byte stays.

A CSV writer would normalise quotes, separators, line ends and the encoding. The system that
exported the file may forgive that; nobody should have to find out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.errors import UsageError

__all__ = ["Row", "Sheet"]

_SEPARATORS = ",;\t"
_LINE_END = re.compile(r"\r\n|\n|\r")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(slots=True)
class Row:
    """One record: its cells as they are written, the line that it begins in, how it ends."""

    raw: list[str]
    line: int
    end: str

    def value(self, column: int) -> str:
        """Return what a cell says; empty for one that the row is too short for."""
        raw = self.raw[column] if column < len(self.raw) else ""
        return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw

    @property
    def values(self) -> list[str]:
        """What all cells say."""
        return [self.value(column) for column in range(len(self.raw))]


class Sheet:
    """A CSV file in UTF-8, UTF-16 with a byte order mark, or else Windows' Western encoding.

    Args:
        data: the file.
        name: what errors call it.

    Attributes:
        header: what the first row's cells say.
        rows: all other rows, also empty ones.
        name: what errors call the file.

    Raises:
        UsageError: the file is empty or no CSV; it names the line.
    """

    def __init__(self, data: bytes, *, name: str) -> None:
        self.name = name
        self._bom, self._encoding, text = _decoded(data)
        self._separator = _separator(text)
        rows = list(self._rows(text))
        if not rows or not any(rows[0].values):
            raise UsageError(
                "this file has no header line",
                where=f"{name}:1",
                remedy="Name the file as the gradebook exported it.",
            )
        self._header, *self.rows = rows
        self.header = self._header.values

    def enter(self, row: Row, column: int, text: str) -> None:
        """Write a cell; it is quoted if it was before, or has to be."""
        row.raw += [""] * (column + 1 - len(row.raw))
        special = any(char in text for char in f'{self._separator}"\r\n')
        if special or row.raw[column].startswith('"'):
            text = '"' + text.replace('"', '""') + '"'
        row.raw[column] = text

    def encode(self) -> bytes:
        """Return the file as it is now."""
        text = "".join(
            self._separator.join(row.raw) + row.end for row in (self._header, *self.rows)
        )
        return self._bom + text.encode(self._encoding)

    def _rows(self, text: str) -> Iterator[Row]:
        quoted = re.compile(r'"(?:[^"]|"")*"')
        bare = re.compile(rf"[^{self._separator}\r\n]*")
        row, line, begin, position = Row([], 1, ""), 1, 1, 0
        while position < len(text) or row.raw:
            is_quoted = text.startswith('"', position)
            cell = (quoted if is_quoted else bare).match(text, position)
            if cell is None:
                raise self._malformed("a field's quotes are not closed", line)
            row.raw.append(cell[0])
            line += len(_LINE_END.findall(cell[0])) if is_quoted else 0
            position = cell.end()
            if text.startswith(self._separator, position):
                position += 1
                continue
            end = _LINE_END.match(text, position)
            if end is None and position < len(text):
                raise self._malformed("there is text behind a field's closing quotes", line)
            row.line, row.end = begin, end[0] if end else ""
            yield row
            position += len(row.end)
            line += 1
            row, begin = Row([], line, ""), line

    def _malformed(self, found: str, line: int) -> UsageError:
        return UsageError(
            f"this is no CSV: {found}",
            where=f"{self.name}:{line}",
            remedy="Export the file again, and do not edit it in between.",
        )


def _decoded(data: bytes) -> tuple[bytes, str, str]:
    """Return byte order mark, encoding and text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return bom, encoding, data.removeprefix(bom).decode(encoding)
            except UnicodeDecodeError:
                break
    try:
        return b"", "utf-8", data.decode()
    except UnicodeDecodeError:
        # It has a character for every byte, so that what is not understood stays all the same.
        return b"", "latin-1", data.decode("latin-1")


def _separator(text: str) -> str:
    """Return what follows the first field, which no separator is part of unless it is quoted."""
    first = re.match(rf'"(?:[^"]|"")*"|[^{_SEPARATORS}\r\n]*', text)
    following = text[first.end() : first.end() + 1] if first else ""
    return following if following and following in _SEPARATORS else ","
