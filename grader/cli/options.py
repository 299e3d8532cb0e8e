"""Options that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.model import Engine

__all__ = ["AssignmentId", "CourseOption", "EngineOption"]

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
