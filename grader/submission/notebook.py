"""A notebook file's bytes to cells.

A quick check of the structure replaces the validation by JSON schema, which takes longer than
everything else together and refuses what can be repaired. Outputs are never kept: a notebook is
always run again. Only whether a cell had run, and failed, is, to explain what runs no longer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from grader.errors import SubmissionError
from grader.model import Cell, CellKind, Notice
from grader.submission.contents import MAX_FILE_BYTES, MEGABYTE
from grader.submission.names import shown
from grader.submission.text import decode, repair_source

__all__ = ["LARGE_OUTPUT_BYTES", "MAX_CELLS", "parse_notebook"]

LARGE_OUTPUT_BYTES = 5 * MEGABYTE
"""Stored outputs above this are mentioned: they make files slow to hand in."""
MAX_CELLS = 5000
_MAX_BRACKETS = 2_000_000  # each becomes an object of some 60 bytes; notebooks have thousands

_MAX_COUNT = 1_000_000  # more cells are run in no session
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PYTHON_KERNELS = frozenset({"", "python", "python3"})
_OTHER_KERNELS = re.compile(r"(ir|julia|octave|matlab|scala|bash|javascript|deno|rust)\b.*", re.I)
_SAVE_AGAIN = "Open it in Jupyter, check that it opens, save it and hand it in again."


def parse_notebook(
    data: bytes, *, name: str, checks: Mapping[str, str], notices: list[Notice]
) -> tuple[Cell, ...]:
    """Parse a notebook of format 3 or 4.

    Args:
        data: the file's bytes.
        name: the file's name, for messages.
        checks: sources of the starter's check cells by cell id.
        notices: what was repaired is added here, also when the notebook turns out unreadable.

    Raises:
        SubmissionError: not a notebook that can be run; the message is written for its author.
    """
    document = _load(data, name, notices)
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
        _note(notices, "schema", "The notebook has no metadata; Python 3 is assumed.", name)
    raw_cells, with_ids = _raw_cells(document, name, notices)
    _check_language(metadata, name, notices)
    cells = _cells(raw_cells, name, notices)
    if not cells:
        raise SubmissionError(
            f"{name} has no cells.", remedy="Hand in the notebook that holds your work."
        )
    if not any(cell.kind is CellKind.CODE and cell.source.strip() for cell in cells):
        _note(notices, "no-code", "The notebook holds no code.", name)
    stored = len(data) - sum(len(cell.source) for cell in cells)
    if stored > LARGE_OUTPUT_BYTES and any("outputs" in raw for raw in raw_cells):
        message = f"{stored / MEGABYTE:.1f} MB of stored outputs were dropped: cells are run again."
        _note(notices, "outputs-dropped", message, name)
    cells = _with_ids(cells, name, notices if with_ids else [])
    _compare_checks(cells, checks, notices)
    return cells


def _load(data: bytes, name: str, notices: list[Notice]) -> dict[str, Any]:
    """Decode the file's JSON, or say in the author's words what is wrong with it."""
    if not data.strip():
        raise SubmissionError(
            f"{name} is empty ({len(data)} bytes).", remedy=f"Hand in your own file. {_SAVE_AGAIN}"
        )
    if len(data) > MAX_FILE_BYTES or data.count(b"[") + data.count(b"{") > _MAX_BRACKETS:
        raise SubmissionError(
            f"{name} is too large: {len(data) / MEGABYTE:.0f} MB, "
            f"at most {MAX_FILE_BYTES // MEGABYTE} MB are read.",
            remedy="Clear all outputs, save it and hand it in again.",
        )
    text = decode(data, where=name, notices=notices)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken_json(text, error, name) from error
    except (RecursionError, ValueError) as error:
        raise SubmissionError(
            f"{name} is damaged: its JSON is nested too deeply or holds an endless number.",
            remedy=_SAVE_AGAIN,
        ) from error
    if not isinstance(document, dict) or not ("cells" in document or "worksheets" in document):
        raise SubmissionError(
            f"{name} holds JSON, but not a notebook: it has no cells.",
            remedy="Hand in the notebook (.ipynb) itself.",
        )
    return document


def _broken_json(text: str, error: json.JSONDecodeError, name: str) -> SubmissionError:
    spot = f"(JSON error at line {error.lineno}, column {error.colno})"
    if not text.lstrip().startswith("{"):
        start = shown(text.strip()[:30])
        return SubmissionError(
            f"{name} is not a notebook: it begins with “{start}”, a notebook with “{{”.",
            remedy="Hand in the .ipynb file itself; only a Python file ends in .py.",
        )
    if re.search(r"^(<{7}|>{7}) ", text, re.M):
        return SubmissionError(
            f"{name} holds the marks of a merge conflict in Git {spot}.",
            remedy=f"Resolve the conflict. {_SAVE_AGAIN}",
        )
    if error.pos >= len(text.rstrip()) - 8 or error.msg.startswith("Unterminated string"):
        return SubmissionError(
            f"{name} ends in the middle {spot}: it was cut off while saving or uploading.",
            remedy=_SAVE_AGAIN,
        )
    return SubmissionError(f"{name} is damaged {spot}: {error.msg}.", remedy=_SAVE_AGAIN)


def _raw_cells(
    document: dict[str, Any], name: str, notices: list[Notice]
) -> tuple[list[dict[str, Any]], bool]:
    """Return the cells as format 4 writes them, and whether the format asks for cell ids."""
    major, minor = document.get("nbformat"), document.get("nbformat_minor")
    if not isinstance(major, int):
        major = 4 if "cells" in document else 3
        _note(notices, "schema", f"The format's number is missing; {major} was assumed.", name)
    if not 3 <= major <= 4:
        raise SubmissionError(
            f"{name} is a notebook of format {shown(str(major))}; formats 3 and 4 can be read.",
            remedy="Open it in a current Jupyter, save it and hand it in again.",
        )
    if "cells" in document:
        found = document["cells"]
    else:
        sheets = document["worksheets"]
        sheets = [s for s in sheets if isinstance(s, dict)] if isinstance(sheets, list) else []
        lists = [sheet.get("cells") for sheet in sheets]
        found = [_upgraded(cell) for cells in lists if isinstance(cells, list) for cell in cells]
    if major == 3 or "cells" not in document:
        _note(notices, "format-3", "The notebook is of the old format 3; it was upgraded.", name)
    found = found if isinstance(found, list) else []
    if len(found) > MAX_CELLS:
        raise SubmissionError(
            f"{name} has {len(found)} cells; at most {MAX_CELLS} are read.",
            remedy="Delete the cells that are not yours, save it and hand it in again.",
        )
    cells = [cell for cell in found if isinstance(cell, dict)]
    if len(cells) < len(found):
        lost = len(found) - len(cells)
        _note(notices, "schema", f"{lost} entries among the cells are no cells: left out.", name)
    return cells, major == 4 and isinstance(minor, int) and minor >= 5


def _upgraded(cell: object) -> object:
    """Turn a cell of format 3 into one of format 4."""
    if not isinstance(cell, dict):
        return cell
    kind, source = cell.get("cell_type"), cell.get("source")
    if kind == "code":
        source = cell.get("input", source)
    elif kind == "heading":
        level = cell.get("level")
        marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
        kind, source = "markdown", f"{marks} {_joined(source)[0]}"
    elif kind == "html":
        kind = "markdown"
    return {**cell, "cell_type": kind, "source": source}


def _check_language(metadata: dict[str, Any], name: str, notices: list[Notice]) -> None:
    """Refuse a notebook in another language; a Python kernel of any name is Python 3."""
    kernel, info = metadata.get("kernelspec"), metadata.get("language_info")
    kernel = kernel if isinstance(kernel, dict) else {}
    info = info if isinstance(info, dict) else {}
    language = str(kernel.get("language") or info.get("name") or "")
    kernel_name = str(kernel.get("name") or "")
    if not language and (other := _OTHER_KERNELS.fullmatch(kernel_name)):
        language = "R" if other[1].lower() == "ir" else other[1]
    if language and not re.match(r"i?python", language, re.I):
        raise SubmissionError(
            f"{name} is a notebook in {shown(language)}; Python is expected.",
            remedy="In Jupyter choose Kernel > Change Kernel > Python 3, "
            "check that all cells run, and hand it in again.",
        )
    if kernel_name not in _PYTHON_KERNELS:
        message = f"The kernel {shown(kernel_name)} is not known here; Python 3 is used."
        _note(notices, "kernel-name", message, name)


def _cells(raw_cells: list[dict[str, Any]], name: str, notices: list[Notice]) -> tuple[Cell, ...]:
    """Build the records; an identifier that is no valid one is left empty."""
    cells = []
    untyped: list[int] = []
    mangled: list[int] = []
    for number, raw in enumerate(raw_cells, start=1):
        kind = raw.get("cell_type")
        if kind not in ("code", "markdown", "raw"):  # a tuple: kind may be unhashable
            untyped.append(number)
            kind = "raw"
        source, whole = _joined(raw.get("source"))
        if not whole:
            mangled.append(number)
        source = repair_source(source, where=name, notices=notices)
        cell_id = raw.get("id")
        known = isinstance(cell_id, str) and _CELL_ID.fullmatch(cell_id)
        cells.append(
            Cell(
                kind=CellKind(kind),
                source=source,
                id=cell_id if known else "",
                saved_count=_saved_count(raw),
                saved_error=_saved_error(raw),
            )
        )
    for numbers, message in (
        (untyped, "have no known type; they are not run."),
        (mangled, "have a source that is not text; what is text was kept."),
    ):
        if numbers:
            listed = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
            _note(notices, "schema", f"Some cells {message}", f"{name}, cell {listed}")
    return tuple(cells)


def _saved_count(raw: dict[str, Any]) -> int | None:
    """Return the number in a cell's margin; format 3 calls it by another name."""
    count = raw.get("execution_count", raw.get("prompt_number"))
    return count if type(count) is int and 0 < count < _MAX_COUNT else None


def _saved_error(raw: dict[str, Any]) -> bool:
    """Tell whether a cell was saved with an exception below it."""
    outputs = raw.get("outputs")
    return isinstance(outputs, list) and any(
        isinstance(output, dict) and output.get("output_type") in ("error", "pyerr")
        for output in outputs
    )


def _joined(source: object) -> tuple[str, bool]:
    """Join a source that may be a list of lines; False if not all of it was text."""
    if isinstance(source, str):
        return source, True
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        return "".join(lines), len(lines) == len(source)
    return "", False


def _with_ids(cells: tuple[Cell, ...], name: str, notices: list[Notice]) -> tuple[Cell, ...]:
    """Give every cell an identifier of its own; the first holder of a repeated one keeps it."""
    repeated = {cell_id for cell_id, n in Counter(c.id for c in cells).items() if cell_id and n > 1}
    if repeated:
        named = ", ".join(sorted(repeated)[:3])
        message = (
            f"Several cells share an identifier ({named}); the later ones were given new ones."
        )
        _note(notices, "duplicate-cell-id", message, name)
    if missing := sum(not cell.id for cell in cells):
        message = f"{missing} cells had no valid identifier and were given one."
        _note(notices, "missing-cell-id", message, name)
    taken = {cell.id for cell in cells}
    seen: set[str] = set()
    fixed = []
    for number, cell in enumerate(cells, start=1):
        cell_id = cell.id
        if not cell_id or cell_id in seen:
            cell_id = f"cell-{number}"
            while cell_id in taken:
                cell_id += "x"
            taken.add(cell_id)
        seen.add(cell_id)
        fixed.append(cell if cell_id == cell.id else cell.model_copy(update={"id": cell_id}))
    return tuple(fixed)


def _compare_checks(
    cells: tuple[Cell, ...], checks: Mapping[str, str], notices: list[Notice]
) -> None:
    """Say which of the starter's check cells are gone or edited."""
    sources = {cell.id: _bare(cell.source) for cell in cells}
    intact = set(sources.values())  # tools that know no cell ids keep the source
    for cell_id, source in checks.items():
        if _bare(source) in intact:
            continue
        code, what = (
            ("check-cell-edited", "was edited")
            if cell_id in sources
            else ("check-cell-missing", "was deleted")
        )
        message = f"A check cell {what}; nothing is lost: tests are not taken from the notebook."
        _note(notices, code, message, f"cell {cell_id}")


def _bare(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _note(notices: list[Notice], code: str, message: str, where: str) -> None:
    notices.append(Notice(code=code, message=message, where=where))
