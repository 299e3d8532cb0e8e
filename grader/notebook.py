"""``grader.check()``: the public tests, on the names of a live notebook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from grader.catalog import find_course
from grader.checks.runner import run
from grader.errors import GraderError
from grader.model import Status, Verdict
from grader.points import number
from grader.sandbox import LocalHost
from grader.seeds import course_seed
from grader.worker.seeding import kept_randomness

__all__ = ["check"]

_SIGNS = {Status.PASSED: "✓", Status.PARTIAL: "◐", Status.SKIPPED: "–"}


def check(assignment_id: str, course: str | Path | None = None) -> None:
    """Run an assignment's public tests on what this notebook defines, and print what they say.

    The tests get copies of values, through the same codec as in grading, and random numbers go
    on afterwards as if nothing had happened.

    Args:
        assignment_id: the assignment, such as ``"perceptron"``.
        course: folder with ``assignments/``; where it is not given, ``GRADER_COURSE``, then the
            current folder or one above it.
    """
    try:
        verdicts = _verdicts(assignment_id, None if course is None else Path(course))
    except GraderError as error:
        print(f"The check could not be run. {error}")
        return
    for verdict in verdicts:
        _print(verdict)
    score = sum(verdict.points for verdict in verdicts)
    most = sum(verdict.max_points for verdict in verdicts)
    print(f"{number(score)} of {number(most)} points in the public tests")


def _verdicts(assignment_id: str, course: Path | None) -> tuple[Verdict, ...]:
    assignment = find_course(course).assignment(assignment_id)
    with kept_randomness():
        return run(
            assignment,
            LocalHost(_namespace()),
            make_reference=None,
            seed=course_seed("", assignment.digest, 0),
            hidden=False,
        )


def _namespace() -> dict[str, Any]:
    """The names that the notebook, or the program that was started, has defined."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    return vars(sys.modules["__main__"]) if shell is None else shell.user_ns


def _print(verdict: Verdict) -> None:
    sign = _SIGNS.get(verdict.status, "✗")
    points = f"{number(verdict.points)}/{number(verdict.max_points)}"
    print(f"{sign} {points:>7}  {verdict.title}")
    if verdict.status is not Status.PASSED:
        for text in (verdict.message, verdict.hint):
            for line in text.splitlines():
                print(f"{'':11}{line}")
