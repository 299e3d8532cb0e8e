"""``grader check``: a student's own look at the public tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import AssignmentId, CourseOption, EngineOption
from grader.cli.progress import progress_bar
from grader.cli.terminal import console
from grader.cli.verdicts import print_grade, print_outlook
from grader.errors import UsageError
from grader.model import Engine, Status

if TYPE_CHECKING:
    from grader.pipeline import Graded

__all__ = ["check"]

_NAMED = 5


def check(
    assignment_id: AssignmentId,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Your notebook, module, folder or zip; if not given, the only one in the current "
            "folder.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write the page that shows all of it: tests, and your notebook as it ran.",
            show_default=False,
        ),
    ] = None,
    course: CourseOption = None,
    engine: EngineOption = Engine.SHELL,
) -> None:
    """Run the public tests on your work, restarted and from the top, as in grading.

    Leaves with 0 if all passed, 1 if not, 2 if something is wrong with the command.
    """
    from grader.catalog import find_course, starter_checks
    from grader.pipeline import Rules, collected_tests, grade_submission
    from grader.submission import read, single

    assignment = find_course(course).assignment(assignment_id)
    file = file or _only_candidate(assignment.id)
    attempt = single(file, assignment=assignment.id)
    rules = Rules(engine=engine, hidden=False)
    tests = collected_tests(assignment, rules)
    if not tests:
        raise UsageError(
            f"{assignment.id} has no public tests, so there is nothing to check",
            remedy="Its tests are run when your work is graded.",
        )
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    with progress_bar() as progress:
        task = progress.add_task("Running your code", total=len(tests))
        seen: set[str] = set()

        def on_test(name: str) -> None:
            seen.add(name)
            progress.update(task, completed=len(seen), description="Testing your code")

        graded = grade_submission(submission, assignment, rules, on_test=on_test)
    print_grade(graded.grade, graded.transcript)
    print_outlook(graded.grade, assignment, graded.transcript)
    if html is not None:
        _write_page(html, graded)
    passed = all(verdict.status is Status.PASSED for verdict in graded.grade.verdicts)
    raise typer.Exit(0 if passed else 1)


def _only_candidate(assignment_id: str) -> Path:
    """Return the one file of the current folder that can be meant.

    Raises:
        UsageError: there is none, or there are several.
    """
    from grader.submission.names import GRADABLE_SUFFIXES, is_ignored, is_own, split_suffix

    here = sorted(
        path
        for path in Path().iterdir()
        if split_suffix(path.name)[1] in GRADABLE_SUFFIXES
        and not is_ignored(path.name)
        and not path.name.startswith(("test_", "conftest."))
        and path.is_file()
    )
    own = [path for path in here if is_own(split_suffix(path.name)[0], assignment_id)]
    found = own or here
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            "there is no notebook, module or zip in the current folder",
            where=str(Path.cwd()),
            remedy=f"Name it: grader check {assignment_id} FILE",
        )
    names = ", ".join(path.name for path in found[:_NAMED])
    more = ", …" if len(found) > _NAMED else ""
    raise UsageError(
        f"several files can be meant: {names}{more}",
        where=str(Path.cwd()),
        remedy=f"Name one: grader check {assignment_id} {found[0].name}",
    )


def _write_page(path: Path, graded: Graded) -> None:
    """Write the student's page.

    Raises:
        UsageError: the file cannot be written.
    """
    from grader.feedback import student_view
    from grader.report import render_grade

    page = render_grade(student_view(graded.grade), graded.transcript, audience="student")
    try:
        path.write_bytes(page.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(
            f"the page cannot be written: {error.strerror}",
            where=str(path),
            remedy="Name another file with --html.",
        ) from error
    console().print(f"The page: {path}", soft_wrap=True)
