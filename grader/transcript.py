"""The executed notebook as a file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from grader.errors import UsageError
from grader.model import CellKind, CellRun, CellStatus, Transcript

__all__ = ["read_transcript", "write_transcript"]

_OURS = "grader"


def write_transcript(transcript: Transcript, path: Path) -> None:
    """Write an executed notebook that Jupyter opens; what we know of each cell is metadata."""
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            _OURS: {"kind": transcript.kind},
        },
        "cells": [_cell(run, number) for number, run in enumerate(transcript.runs)],
    }
    path.write_text(nbformat.writes(nbformat.from_dict(document)), encoding="utf-8")


def read_transcript(path: Path) -> Transcript:
    """Read what :func:`write_transcript` wrote.

    Raises:
        UsageError: the file is not such a notebook.
    """
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        runs = tuple(_run(cell) for cell in notebook.cells)
        return Transcript(kind=notebook.metadata[_OURS]["kind"], runs=runs)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise UsageError(
            f"this is not an executed notebook of ours: {error}",
            where=str(path),
            remedy="Grade again into this folder.",
        ) from error


def _cell(run: CellRun, number: int) -> dict[str, Any]:
    ours: dict[str, Any] = {}
    if run.kind is CellKind.CODE:
        ours = {"status": run.status.value, "duration": run.duration, "message": run.message}
    cell: dict[str, Any] = {
        "cell_type": run.kind.value,
        "id": run.id or f"cell-{number}",
        "metadata": {_OURS: ours} if ours else {},
        "source": run.source,
    }
    if run.kind is CellKind.CODE:
        cell["execution_count"] = run.execution_count
        cell["outputs"] = list(run.outputs)
    return cell


def _run(cell: Any) -> CellRun:
    ours = cell.metadata.get(_OURS, {})
    return CellRun(
        kind=CellKind(cell.cell_type),
        source=cell.source,
        id=cell.id,
        status=CellStatus(ours.get("status", CellStatus.OK.value)),
        outputs=tuple(dict(output) for output in cell.get("outputs", ())),
        execution_count=cell.get("execution_count"),
        duration=ours.get("duration", 0.0),
        message=ours.get("message", ""),
    )
