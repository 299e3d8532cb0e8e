"""Runs public tests on what is defined here, and remembers how they ended."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from grader.catalog import Course, find_course
from grader.checks.runner import collect, run
from grader.errors import GraderError, UsageError
from grader.model import Assignment, Status, TestCase, Verdict
from grader.notebook.parts import Part, parts_of, selected_tests
from grader.notebook.result import CheckResult, PartsList
from grader.notebook.session import LiveHost, in_notebook, namespace, show
from grader.notebook.states import kept_states
from grader.points import number
from grader.report import PartsGroup, PartView
from grader.seeds import course_seed

__all__ = ["check"]


def check(
    assignment_id: str = "", part: str = "", *, course: str | Path | None = None
) -> CheckResult | PartsList:
    """Run public tests on what this notebook or program defines, show the outcome, and return it.

    The tests get copies of values, through the same codec as in grading, and random numbers go
    on afterwards as if nothing had happened. Whatever goes wrong is shown, and nothing raised.

    Args:
        assignment_id: the assignment, such as ``"perceptron"``; without it the parts of the
            assignment are listed, and how they stand.
        part: test this alone: a function or class (``"backward"``), a method (``"fit"``), or a
            test.
        course: folder with ``assignments/``; where it is not given, ``GRADER_COURSE``, then the
            current folder or one above it.
    """
    result: CheckResult | PartsList
    try:
        known = find_course(None if course is None else Path(course))
        if assignment_id:
            result = _checked(known.assignment(assignment_id), part)
        elif part:
            result = _checked(known.assignment(_only(known)), part)
        else:
            result = _listed(known)
    except GraderError as error:
        result = CheckResult(assignment_id, "grader.check", problem=_in_code(str(error)))
    show(result)
    return result


def _in_code(problem: str) -> str:
    """Name the option of the command line as the argument that it is here."""
    return problem.replace("--course", "course=")


def _only(course: Course) -> str:
    """Return the course's assignment, where there is one.

    Raises:
        UsageError: there are several, or none.
    """
    if len(course.ids) != 1:
        raise UsageError(
            f"this course has {len(course.ids)} assignments, and the check names none of them",
            remedy=f"Name one of: {', '.join(course.ids)}.",
        )
    return course.ids[0]


def _checked(assignment: Assignment, part: str) -> CheckResult:
    """Run the tests of an assignment, or of one part of it."""
    only = selected_tests(assignment, collect(assignment, hidden=False), part) if part else ()
    title = f"{assignment.title}, {part}" if part else assignment.title
    finished: set[str] = set()
    with kept_states():
        try:
            verdicts = run(
                assignment,
                LiveHost(),
                make_reference=None,
                seed=course_seed("", assignment.digest, 0),
                hidden=False,
                only=only,
                on_test=finished.add,
            )
        except KeyboardInterrupt:
            told = _interrupted(assignment, finished, only)
            return CheckResult(assignment.id, title, problem=told)
    if not verdicts:
        raise UsageError(
            f"{assignment.id} has no public tests, so there is nothing to check",
            remedy="Its tests are run when your work is graded.",
        )
    _remember(assignment, verdicts)
    elsewhere = assignment.points - sum(verdict.max_points for verdict in verdicts)
    note = "" if part else _note(elsewhere, verdicts)
    return CheckResult(assignment.id, title, verdicts, note=note)


def _interrupted(assignment: Assignment, finished: set[str], only: Sequence[str]) -> str:
    """Say in which test somebody lost patience: it is probably the one that would never end."""
    tests = collect(assignment, hidden=False)
    waiting = [test for test in tests if test.id not in finished and (not only or test.id in only)]
    return f"You interrupted it, and it was here: {waiting[0].title if waiting else 'at its end'}"


def _note(elsewhere: Decimal, verdicts: Sequence[Verdict]) -> str:
    """Say, to who has passed all public tests, what the grade depends on besides."""
    if any(verdict.status is not Status.PASSED for verdict in verdicts):
        return ""
    told = []
    if in_notebook():
        told.append(
            "This ran on what is defined now. A notebook that is handed in is restarted and run "
            "from the top: try Restart Kernel and Run All Cells before."
        )
    if elsewhere > 0:
        told.append(f"Tests worth {number(elsewhere)} more points are run when it is graded.")
    return " ".join(told)


# --- the list of parts -----------------------------------------------------------------------


def _listed(course: Course) -> PartsList:
    """List the parts of the assignment; of several, those that this notebook is about."""
    about = _concerned([course.assignment(name) for name in course.ids])
    others = [name for name in course.ids if name not in [one.id for one in about]]
    groups = tuple(_group(assignment) for assignment in about)
    note = []
    if about:
        name = about[0].id
        first = about[0].interface[0].name if about[0].interface else ""
        one = f', grader.check("{name}", "{first}") those of one part' if first else ""
        note.append(f'grader.check("{name}") runs all of its tests{one}.')
    if others:
        more = "Other assignments" if about else "Assignments"
        note.append(f"{more} of this course: {', '.join(others)}.")
    return PartsList(groups, "\n".join(note) or "This course has no assignments.")


def _concerned(assignments: Sequence[Assignment]) -> list[Assignment]:
    """Return the assignments that this notebook is about, as far as it tells."""
    if len(assignments) == 1:
        return list(assignments)
    if checked := [one for one in assignments if one.digest in _last]:
        return checked
    names = namespace()
    shares = [
        sum(entry.name in names for entry in one.interface) / max(len(one.interface), 1)
        for one in assignments
    ]
    most = max(shares, default=0)
    return [one for one, share in zip(assignments, shares, strict=True) if share == most > 0]


def _group(assignment: Assignment) -> PartsGroup:
    tests = collect(assignment, hidden=False)
    parts = parts_of(assignment, tests)
    about = {test for part in parts for test in part.tests}
    views = [_view(part, tests, assignment, defined=True) for part in parts]
    views += [
        _view(Part(test.id, (test.id,)), tests, assignment, defined=False)
        for test in tests
        if test.id not in about
    ]
    points = number(sum((test.points for test in tests), Decimal(0)))
    return PartsGroup(assignment.title, f"{points} points in the public tests", tuple(views))


def _view(
    part: Part, tests: Sequence[TestCase], assignment: Assignment, *, defined: bool
) -> PartView:
    """Return how a part stands.

    Args:
        part: which.
        tests: the assignment's public tests.
        assignment: whose.
        defined: whether the part is a name that the notebook has to define.
    """
    most = sum((test.points for test in tests if test.id in part.tests), Decimal(0))
    count = f"{len(part.tests)} test{'s' * (len(part.tests) != 1)}"
    worth = f"{count}, {number(most)} points"
    seen = [_last.get(assignment.digest, {}).get(test) for test in part.tests]
    known = [one for one in seen if one is not None]
    if not part.tests:
        worth = "no public test"
    if defined and part.name not in namespace():
        return PartView(part.name, "open", "not defined", worth)
    if not part.tests:
        return PartView(part.name, "open", "defined", worth)
    if len(known) < len(seen):
        return PartView(part.name, "open", "not run yet", worth)
    if defined and any(one.of(part.name) is not namespace()[part.name] for one in known):
        return PartView(part.name, "open", "changed", f"{worth}; changed since its last check")
    verdicts = [one.verdict for one in known]
    passed = sum(verdict.status is Status.PASSED for verdict in verdicts)
    earned = number(sum((verdict.points for verdict in verdicts), Decimal(0)))
    if passed == len(verdicts):
        return PartView(part.name, "passed", "passing", worth)
    told = f"{passed} of {count} passed, {earned} of {number(most)} points"
    return PartView(part.name, "failed", "failing", told)


# --- what was seen in this session -----------------------------------------------------------


class _Seen(NamedTuple):
    """A verdict, and the objects that had the interface's names at the time."""

    verdict: Verdict
    objects: dict[str, Any]

    def of(self, name: str) -> object:
        """Return the object that had a name, if it is still there."""
        found = self.objects.get(name)
        return found() if isinstance(found, weakref.ref) else found


_last: dict[str, dict[str, _Seen]] = {}  # by the assignment's digest, then by test


def _remember(assignment: Assignment, verdicts: Sequence[Verdict]) -> None:
    objects = dict(_objects(assignment))
    seen = _last.setdefault(assignment.digest, {})
    seen.update({verdict.id: _Seen(verdict, objects) for verdict in verdicts})


def _objects(assignment: Assignment) -> Iterator[tuple[str, Any]]:
    """Yield the interface's objects, without keeping them alive where that can be helped."""
    names = namespace()
    for entry in assignment.interface:
        if entry.name in names:
            value = names[entry.name]
            try:
                yield entry.name, weakref.ref(value)
            except TypeError:  # numbers and containers
                yield entry.name, value
