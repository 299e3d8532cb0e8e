"""Options that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.model import Engine, Level

__all__ = ["AssignmentId", "CourseOption", "EngineOption", "IsolationOption"]

AssignmentId = Annotated[
    str, typer.Argument(metavar="ID", help="The assignment, as `grader list` names it.")
]
CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course",
        metavar="DIR",
        help="The course's folder; else GRADER_COURSE, else the current folder or one above it.",
        show_default=False,
    ),
]
EngineOption = Annotated[
    Engine,
    typer.Option(
        help="How notebooks are run: in the worker's own shell (fast), or in a Jupyter kernel."
    ),
]
IsolationOption = Annotated[
    Level | None,
    typer.Option(
        "--isolation",
        metavar="LEVEL",
        help="A, B, C or D, as `grader doctor` explains; the best that there is, if not given.",
        show_default=False,
        case_sensitive=False,
    ),
]
