"""``grader check``: a student's own look at the public tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from grader.cli.options import AssignmentId, CourseOption, EngineOption
from grader.cli.terminal import console
from grader.cli.verdicts import print_grade
from grader.errors import UsageError
from grader.model import Engine, Status

__all__ = ["check"]

_NAMED = 5


def check(
    assignment_id: AssignmentId,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Your notebook, module, folder or zip.")
    ],
    course: CourseOption = None,
    engine: EngineOption = Engine.SHELL,
) -> None:
    """Run the public tests on your work.

    Leaves with 0 if all passed, 1 if not, 2 if something is wrong with the command.
    """
    from grader.catalog import find_course, starter_checks
    from grader.pipeline import Rules, collected_tests, grade_submission
    from grader.submission import discover, read

    assignment = find_course(course).assignment(assignment_id)
    attempts = discover([file], assignment=assignment.id)
    if len(attempts) != 1:
        names = ", ".join(attempt.path.name for attempt in attempts[:_NAMED])
        more = ", …" if len(attempts) > _NAMED else ""
        raise UsageError(
            f"`grader check` takes one submission; this holds {names or 'none'}{more}",
            where=str(file),
            remedy="Name one notebook, module or zip. To grade many, use `grader grade`.",
        )
    rules = Rules(engine=engine, hidden=False)
    tests = collected_tests(assignment, rules)
    if not tests:
        raise UsageError(
            f"{assignment.id} has no public tests, so there is nothing to check",
            remedy="Its tests are run when your work is graded.",
        )
    submission = read(attempts[0], assignment=assignment, checks=starter_checks(assignment))
    with _progress_bar() as progress:
        task = progress.add_task("Running your code", total=len(tests))
        seen: set[str] = set()

        def on_test(name: str) -> None:
            seen.add(name)
            progress.update(task, completed=len(seen), description="Testing your code")

        graded = grade_submission(submission, assignment, rules, on_test=on_test)
    print_grade(graded.grade, graded.transcript)
    passed = all(verdict.status is Status.PASSED for verdict in graded.grade.verdicts)
    raise typer.Exit(0 if passed else 1)


def _progress_bar() -> Progress:
    output = console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        console=output,
        transient=True,
        disable=not output.is_terminal,
    )
