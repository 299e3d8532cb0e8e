"""``grader export``: graded submissions in the formats of other systems."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.terminal import console, plain
from grader.errors import UsageError
from grader.export import Format, Reader, Shown
from grader.points import number

if TYPE_CHECKING:
    from grader.export import Filled
    from grader.model import Grade

__all__ = ["export"]


def export(
    target: Annotated[Format, typer.Argument(metavar="FORMAT", help="What to write.")],
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="The results of one assignment, as `grader grade` wrote them."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The file to write; the terminal, if not given. Of `gradescope` and `classroom`, "
            "which hold one submission each, a folder if there are several.",
            show_default=False,
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="For `canvas` and `moodle`: the file that was exported there, to be filled in.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        str,
        typer.Option(
            metavar="HEADER",
            help="The column of the template to fill in, if its name does not tell.",
            show_default=False,
        ),
    ] = "",
    student: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Export this student only; may be given several times.",
            show_default=False,
        ),
    ] = None,
    after_due: Annotated[
        bool,
        typer.Option(
            "--after-due",
            help="In what students read, show the `after_due` tests in full.",
        ),
    ] = False,
    hidden_tests: Annotated[
        Shown | None,
        typer.Option(
            help="For `gradescope`: when students see titles and points of tests that are not "
            "public; at once, if not given.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write grades for Gradescope, GitHub, Canvas, Moodle, or readers of JUnit, CSV and JSON.

    What students read holds no more of hidden tests than their pages do.

    Leaves with 0 if every grade is in what was written, 1 if a grade is not and somebody must
    look, 2 if something is wrong with the command or a file.
    """
    _require_meant(
        target,
        {
            "--template": template is not None,
            "--column": bool(column),
            "--after-due": after_due,
            "--hidden-tests": hidden_tests is not None,
        },
    )
    grades = _chosen(_grades(folder), student or [], folder)
    if target.reader is Reader.STUDENT:
        from grader.feedback import student_view

        grades = {key: student_view(one, after_due=after_due) for key, one in grades.items()}
    if template is not None:
        filled = _filled(target, template, list(grades.values()), column)
        if output is not None and output.exists() and output.samefile(template):
            raise UsageError(
                "the exported file would be overwritten",
                where=str(output),
                remedy="Name another file with -o.",
            )
        _put(filled.data, output)
        _print_filled(filled)
        raise typer.Exit(1 if filled.left else 0)
    if target.is_single:
        _put_each(_singles(target, grades, hidden_tests or Shown.VISIBLE), target, output)
    else:
        _put(_class(target, list(grades.values())).encode("utf-8", "replace"), output)


def _require_meant(target: Format, given: Mapping[str, bool]) -> None:
    """Refuse options that this format would pass over, and ask for what it needs."""
    if target.is_filled_in and not given["--template"]:
        raise UsageError(
            f"{target.value} needs the file to fill in",
            remedy="Export the gradebook there, and name the file with --template.",
        )
    meant = {
        "--template": target.is_filled_in,
        "--column": target.is_filled_in,
        "--after-due": target.reader is Reader.STUDENT,
        "--hidden-tests": target is Format.GRADESCOPE,
    }
    for option, is_given in given.items():
        if is_given and not meant[option]:
            raise UsageError(f"{target.value} has no use for {option}", remedy="Leave it out.")


def _grades(folder: Path) -> Mapping[str, Grade]:
    from grader.batch import ResultsFolder

    if not folder.is_dir():
        raise UsageError(
            "this is a file" if folder.exists() else "there is no such folder",
            where=str(folder),
            remedy="Name a folder that was given to `grader grade` with -o.",
        )
    grades = ResultsFolder(folder).grades()
    if not grades:
        inside = sorted(part.name for part in folder.iterdir() if any(part.glob("*.json")))
        raise UsageError(
            "this folder holds no grades",
            where=str(folder),
            remedy=f"Name one of the folders in it: {', '.join(inside)}."
            if inside
            else "Name a folder that was given to `grader grade` with -o.",
        )
    return grades


def _chosen(
    grades: Mapping[str, Grade], students: Sequence[str], folder: Path
) -> Mapping[str, Grade]:
    known = {*grades, *(grade.student for grade in grades.values())}
    if unknown := [student for student in students if student not in known]:
        raise UsageError(
            f"there is no grade of {', '.join(unknown)}",
            where=str(folder),
            remedy=f"Name students as the folder does, such as {min(known)}.",
        )
    wanted = set(students)
    return {
        key: grade
        for key, grade in grades.items()
        if not wanted or key in wanted or grade.student in wanted
    }


def _class(target: Format, grades: Sequence[Grade]) -> str:
    from grader.export import grades_table, jsonl, junit, nbgrader, otter

    writers = {
        Format.JUNIT: junit.write,
        Format.NBGRADER: nbgrader.write,
        Format.OTTER: otter.write,
        Format.CSV: grades_table,
        Format.JSONL: jsonl.write,
    }
    return writers[target](grades)


def _singles(target: Format, grades: Mapping[str, Grade], closed: Shown) -> dict[str, str]:
    from grader.export import classroom, gradescope

    if target is Format.CLASSROOM:
        return {key: classroom.write(grade) for key, grade in grades.items()}
    return {key: gradescope.write(grade, closed=closed) for key, grade in grades.items()}


def _filled(target: Format, template: Path, grades: Sequence[Grade], column: str) -> Filled:
    from grader.export import Sheet, canvas, moodle

    try:
        data = template.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the exported file cannot be read: {error.strerror}",
            where=str(template),
            remedy="Name the file that the gradebook exported with --template.",
        ) from None
    writer = canvas.write if target is Format.CANVAS else moodle.write
    return writer(Sheet(data, name=str(template)), grades, column=column)


def _put_each(texts: Mapping[str, str], target: Format, output: Path | None) -> None:
    """Write a document per submission: to one file, or to a folder that holds them all."""
    if len(texts) == 1 and (output is None or not output.is_dir()):
        (text,) = texts.values()
        _put(text.encode(), output)
        return
    if output is None or output.is_file():
        raise UsageError(
            f"{target.value} holds one submission, and there are {len(texts)}",
            where=str(output or ""),
            remedy="Choose one with --student, or name a folder with -o.",
        )
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(output, error) from None
    for key, text in texts.items():
        _put(text.encode(), output / f"{key}{target.suffix}")


def _put(data: bytes, output: Path | None) -> None:
    """Write a file so that nobody ever sees half of it; without one, to the terminal."""
    if output is None:
        sys.stdout.flush()
        typer.echo(data, nl=False)
        return
    part = output.with_name(f".{output.name}.part")
    try:
        part.write_bytes(data)
        part.replace(output)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise _unwritable(output, error) from None


def _unwritable(output: Path, error: OSError) -> UsageError:
    return UsageError(
        f"this cannot be written: {error.strerror}",
        where=str(output),
        remedy="Name another file or folder with -o.",
    )


def _print_filled(filled: Filled) -> None:
    """Say what is in the gradebook's file now, and which grades are not."""
    output = console(stderr=True)
    where = f" in column “{plain(filled.column)}”" if filled.column else ""
    output.print(f"{filled.entered} grades entered{where}.", soft_wrap=True)
    if filled.ungraded:
        output.print(f"{filled.ungraded} students of the file have no grade here; theirs stay.")
    if filled.left:
        output.print(f"{len(filled.left)} grades were not entered:", style="yellow")
    for left in filled.left:
        grade = left.grade
        name = f" ({plain(grade.name)})" if grade.name else ""
        line = f"line {left.line}, " if left.line else ""
        output.print(
            f"- {plain(grade.student)}{name}, {number(grade.score)} of {number(grade.max_score)} "
            f"points: {line}{plain(left.reason)}",
            style="yellow",
            soft_wrap=True,
        )
