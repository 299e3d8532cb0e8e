"""Options that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.model import Engine, Level

__all__ = [
    "AssignmentId",
    "CourseOption",
    "EngineOption",
    "IsolationOption",
    "JobsOption",
    "RoundOption",
    "SubmissionPaths",
    "TrustOption",
]

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
TrustOption = Annotated[
    bool,
    typer.Option("--trust", help="Grade at level D, where a submission can do all that you can."),
]
RoundOption = Annotated[
    int, typer.Option("--round", min=0, help="Draw other random numbers than round 0 did.")
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "-j",
        "--jobs",
        min=1,
        help="How many submissions at a time; as many as there are cores if not given.",
        show_default=False,
    ),
]
SubmissionPaths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="Notebooks, modules, zips, students' folders, or folders of a whole class.",
        show_default=False,
    ),
]
