"""The executed notebook as a file that Jupyter opens, and back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.model import CellKind, CellRun, CellStatus, Transcript

__all__ = ["read_transcript", "transcript_json"]

_OURS = "grader"
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # nbformat 4.5


def transcript_json(transcript: Transcript) -> str:
    """Return a notebook of nbformat 4.5; what we know of each cell is its metadata.

    It is written without nbformat, which may change or refuse what the student's code put out.
    """
    taken: set[str] = set()
    document = {
        "cells": [_cell(run, number, taken) for number, run in enumerate(transcript.runs)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            _OURS: {"kind": transcript.kind},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def read_transcript(path: Path) -> Transcript:
    """Read what :func:`transcript_json` returned.

    Raises:
        UsageError: the file is not such a notebook.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        runs = tuple(_run(cell) for cell in notebook["cells"])
        return Transcript(kind=notebook["metadata"][_OURS]["kind"], runs=runs)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"this is not an executed notebook of the grader ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Grade this submission again into this folder.",
        ) from error


def _cell(run: CellRun, number: int, taken: set[str]) -> dict[str, Any]:
    name = run.id if _CELL_ID.fullmatch(run.id) and run.id not in taken else f"cell-{number}"
    while name in taken:
        name = f"{name}-"
    taken.add(name)
    cell: dict[str, Any] = {"cell_type": run.kind.value, "id": name, "metadata": {}}
    if run.kind is CellKind.CODE:
        ours = {"status": run.status.value, "duration": run.duration, "message": run.message}
        cell["metadata"] = {_OURS: ours}
        cell["execution_count"] = run.execution_count
        cell["outputs"] = list(run.outputs)
    cell["source"] = run.source
    return cell


def _run(cell: dict[str, Any]) -> CellRun:
    ours = cell["metadata"].get(_OURS, {})
    return CellRun(
        kind=CellKind(cell["cell_type"]),
        source=cell["source"],
        id=cell["id"],
        status=CellStatus(ours.get("status", CellStatus.OK.value)),
        outputs=tuple(cell.get("outputs", ())),
        execution_count=cell.get("execution_count"),
        duration=ours.get("duration", 0.0),
        message=ours.get("message", ""),
    )
