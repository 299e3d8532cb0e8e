"""``grader check``: a student's own look at the public tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from grader.catalog import find_course, starter_checks
from grader.cli.options import AssignmentId, CourseOption, EngineOption
from grader.cli.terminal import console, print_feedback
from grader.errors import UsageError
from grader.model import Engine, Status
from grader.pipeline import Rules, collected_tests, grade_submission
from grader.submission import discover, read

__all__ = ["check"]


def check(
    assignment_id: AssignmentId,
    file: Annotated[Path, typer.Argument(help="Your notebook, module, folder or zip.")],
    course: CourseOption = None,
    engine: EngineOption = Engine.SHELL,
) -> None:
    """Run the public tests on your work. Leaves with 0 if all passed, else with 1."""
    assignment = find_course(course).assignment(assignment_id)
    attempts = discover([file], assignment=assignment.id)
    if len(attempts) != 1:
        names = ", ".join(attempt.path.name for attempt in attempts) or "nothing that can be read"
        raise UsageError(
            f"`grader check` takes one submission; {file} holds {names}",
            remedy="Name the file. To grade many, use `grader grade`.",
        )
    submission = read(attempts[0], assignment=assignment, checks=starter_checks(assignment))
    rules = Rules(engine=engine, hidden=False)
    tests = collected_tests(assignment, rules)
    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("Running your code", total=len(tests))
        seen: set[str] = set()

        def on_test(name: str) -> None:
            seen.add(name)
            progress.update(task, completed=len(seen), description="Testing")

        graded = grade_submission(submission, assignment, rules, on_test=on_test)
    print_feedback(graded.grade, graded.transcript)
    verdicts = graded.grade.verdicts
    passed = all(verdict.status is Status.PASSED for verdict in verdicts)
    raise typer.Exit(0 if verdicts and passed and not graded.grade.problem else 1)
