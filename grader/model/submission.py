"""The submission: what was handed in, and what became of it when it was run."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from grader.model.record import Record

__all__ = ["Cell", "CellKind", "CellRun", "CellStatus", "Notice", "Submission", "Transcript"]


class Notice(Record):
    """Something that was recovered or noticed and that changed no points by itself.

    ``code`` is a short stable word, such as ``"bom"`` or ``"kernel-name"``; ``where`` names a
    file, cell or line.
    """

    code: str
    message: str
    where: str = ""


class CellKind(StrEnum):
    """The kind of a notebook cell."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


class Cell(Record):
    """One cell of a notebook, or the whole text of a module.

    What is kept of the run before it was saved is used to explain, never to grade: ``saved_count``
    is the number in its margin, None where it has none, and ``saved_error`` tells whether an
    exception was among its outputs.
    """

    kind: CellKind
    source: str
    id: str = ""
    saved_count: int | None = None
    saved_error: bool = False


class Submission(Record):
    """What one student handed in, read and repaired but not yet run.

    Attributes:
        student: the student's identifier, taken from the path.
        path: the file as the student or the learning platform named it.
        kind: ``notebook`` (run cell by cell) or ``module`` (imported).
        cells: the notebook's cells, or one code cell with a module's source.
        files: everything to be placed in the working folder, by relative path. Of a module
            submission this includes the module itself.
        entry: for a module, which of ``files`` is imported, such as ``"perceptron.py"`` or
            ``"perceptron/__init__.py"``.
        attempt: 1 for the first of several attempts by the same student.
        problem: why the submission cannot be graded at all; empty when it can.
        digest: SHA-256 of the bytes that were handed in.
    """

    student: str
    path: str
    kind: Literal["notebook", "module"] = "notebook"
    cells: tuple[Cell, ...] = ()
    files: dict[str, bytes] = Field(default={})
    entry: str = ""
    attempt: int = 1
    notices: tuple[Notice, ...] = ()
    problem: str = ""
    digest: str = ""


class CellStatus(StrEnum):
    """What became of one cell."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    NOT_RUN = "not_run"


class CellRun(Record):
    """A cell after it was run; ``outputs`` are nbformat 4 outputs (untrusted content)."""

    kind: CellKind
    source: str
    id: str = ""
    status: CellStatus = CellStatus.OK
    outputs: tuple[dict[str, Any], ...] = ()
    execution_count: int | None = None
    duration: float = 0.0
    message: str = ""


class Transcript(Record):
    """The executed notebook or module: every cell in order."""

    kind: Literal["notebook", "module"] = "notebook"
    runs: tuple[CellRun, ...] = ()
