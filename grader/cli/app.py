"""The command ``grader`` and its subcommands.

The modules of the subcommands import what they need when they are called: `grader list` shall
not wait for numpy, nor `grader --help` for a YAML parser.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Annotated

import typer

from grader.cli import (
    author,
    calibrate,
    ci,
    course,
    data,
    doctor,
    export,
    grading,
    regrade,
    student,
)
from grader.cli.terminal import errors_to
from grader.errors import GraderError
from grader.version import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="grader",
    help="Grade deep-learning coursework: notebooks and modules, isolated, with hidden tests.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_OBJECTS = 100_000  # new ones between two collections
_STUDENTS = "For students and instructors"
_INSTRUCTORS = "For instructors"
app.command("list", rich_help_panel=_STUDENTS)(course.list_assignments)
app.command("show", rich_help_panel=_STUDENTS)(course.show)
app.command("check", rich_help_panel=_STUDENTS)(student.check)
app.command("ci", rich_help_panel=_STUDENTS)(ci.ci)
app.command("doctor", rich_help_panel=_STUDENTS)(doctor.doctor)
app.add_typer(data.data, rich_help_panel=_STUDENTS)
app.command("grade", rich_help_panel=_INSTRUCTORS)(grading.grade)
app.command("regrade", rich_help_panel=_INSTRUCTORS)(regrade.regrade)
app.command("report", rich_help_panel=_INSTRUCTORS)(grading.report)
app.command("export", rich_help_panel=_INSTRUCTORS)(export.export)
app.command("new", rich_help_panel=_INSTRUCTORS)(author.new)
app.command("release", rich_help_panel=_INSTRUCTORS)(author.release)
app.command("calibrate", rich_help_panel=_INSTRUCTORS)(calibrate.calibrate)
app.command("schema", hidden=True)(author.schema)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Options of every subcommand."""


def main() -> None:
    """Run the command line; a problem that we know of is told without a traceback."""
    # Whoever ends the grader politely gets what an interrupt gets: nothing is left running.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # What follows imports a lot: objects by the hundred thousand, none of which are garbage.
    gc.set_threshold(_OBJECTS)
    # numpy would start as many threads as there are cores, to wait for matrices that never come.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except GraderError as error:
        errors_to(sys.stderr, error)
        sys.exit(2)
