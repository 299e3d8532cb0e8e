"""The command ``grader`` and its subcommands."""

from __future__ import annotations

import sys

import typer

from grader import __version__
from grader.cli import author, course, doctor, grading, student
from grader.cli.terminal import errors_to
from grader.errors import GraderError

__all__ = ["app", "main"]

app = typer.Typer(
    name="grader",
    help="Grade deep-learning coursework: notebooks and modules, isolated, with hidden tests.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command("list")(course.list_assignments)
app.command("show")(course.show)
app.command("check")(student.check)
app.command("grade")(grading.grade)
app.command("report")(grading.report)
app.command("release")(author.release)
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    """Options of every subcommand."""


def main() -> None:
    """Run the command line; a problem that we know of is told without a traceback."""
    try:
        app()
    except GraderError as error:
        errors_to(sys.stderr, error)
        sys.exit(2)
