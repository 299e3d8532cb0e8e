"""What a test function declares about itself: points, visibility, hint, prerequisites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from grader.documents import did_you_mean
from grader.errors import SpecError
from grader.model import Assignment, Metric, TestCase, Visibility

__all__ = ["MARKS", "declared", "identifier", "in_order", "require_total"]

MARKS = (
    "points(n): what the test is worth; parametrised cases share it",
    "visibility(who): public, hidden or after_due, where the folder does not say it",
    "hint(text): the author's advice, shown whenever points are lost",
    "reveal: the generated message of a hidden test may be shown to students",
    "depends_on(*tests): skipped when one of these tests earned nothing",
    "metric(name): measures this metric of the specification, which gives points, title and hint",
)
_NAMES = frozenset(mark.partition(":")[0].partition("(")[0] for mark in MARKS)


def identifier(item: pytest.Item) -> str:
    """Return a test function's id: its name, with its class in front; the same for all cases."""
    name = getattr(item, "originalname", None) or item.name
    owner = getattr(item, "cls", None)
    return f"{owner.__name__}.{name}" if owner is not None else str(name)


def declared(items: Iterable[pytest.Item], assignment: Assignment) -> dict[str, TestCase]:
    """Read the declarations of collected tests, one per function.

    Raises:
        SpecError: a mark has wrong arguments, two functions share an id, or a prerequisite does
            not exist or needs the test itself.
    """
    tests: dict[str, TestCase] = {}
    places: dict[str, str] = {}
    for item in items:
        name = identifier(item)
        place = f"{item.path}::{name}"
        if places.setdefault(name, place) != place:
            raise SpecError(
                f"two tests are called {name}: here and in {places[name]}",
                where=place,
                remedy="Test names are ids in grades; rename one of them.",
            )
        for mark in getattr(getattr(item, "callspec", None), "marks", ()):
            if mark.name in _NAMES:
                raise SpecError(
                    f"a case of a parametrised test has a mark of its own: {mark.name}",
                    where=place,
                    remedy="Marks belong to the function, its cases share the points; write two "
                    "tests.",
                )
        if name not in tests:
            tests[name] = _declaration(item, name, place, assignment)
        elif tests[name].metric:
            raise SpecError(
                "a test that measures a metric is parametrised",
                where=place,
                remedy="A metric has one value; write one test without cases.",
            )
    measured: dict[str, str] = {}
    for test in tests.values():
        if test.metric and measured.setdefault(test.metric, test.id) != test.id:
            raise SpecError(
                f"two tests measure {test.metric}: {measured[test.metric]} and {test.id}",
                where=places[test.id],
            )
        for needed in test.depends_on:
            if needed not in tests:
                raise SpecError(
                    f"depends_on names {needed!r}, which is no test of this assignment",
                    where=places[test.id],
                )
    in_order(list(tests), tests)
    return tests


def require_total(assignment: Assignment, tests: Iterable[TestCase]) -> None:
    """Refuse an assignment whose tests do not add up to its points, or leave a metric out.

    Raises:
        SpecError: they do.
    """
    tests = list(tests)
    measured = {test.metric for test in tests}
    for metric in assignment.metrics:
        if metric.name not in measured:
            raise SpecError(
                f"no test measures {metric.name}",
                where=str(assignment.folder / "assignment.yaml"),
                remedy=f'Mark a hidden test with @pytest.mark.metric("{metric.name}").',
            )
    total = sum((test.points for test in tests), Decimal(0))
    if total != assignment.points:
        raise SpecError(
            f"the tests add up to {total:f} points, expected {assignment.points:f}",
            where=str(assignment.folder / "assignment.yaml"),
            remedy="Change `points` there, the points of its metrics or the points marks of the "
            "tests.",
        )


def in_order(names: Sequence[str], tests: dict[str, TestCase]) -> list[str]:
    """Return ``names`` with every prerequisite, each before the tests that need it.

    Raises:
        SpecError: tests need each other in a circle.
    """
    ordered: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " -> ".join((*above[above.index(name) :], name))
            raise SpecError(f"depends_on goes in a circle: {circle}")
        if name not in ordered:
            for needed in tests[name].depends_on:
                visit(needed, (*above, name))
            ordered[name] = None

    for name in names:
        visit(name, ())
    return list(ordered)


def _declaration(item: pytest.Item, name: str, place: str, assignment: Assignment) -> TestCase:
    document = getattr(getattr(item, "function", None), "__doc__", None) or ""
    title = document.strip().partition("\n")[0].strip()
    if not title:
        raise SpecError(
            "a test has no docstring",
            where=place,
            remedy="Its first line is the title that students see; write one.",
        )
    metric = _metric(item, place, assignment)
    public = Path(item.path).is_relative_to(assignment.public_tests)
    who = _argument(item, "visibility", place, Visibility.PUBLIC if public else Visibility.HIDDEN)
    if who not in list(Visibility):
        raise SpecError(f"visibility is {who!r}; use public, hidden or after_due", where=place)
    return TestCase(
        id=name,
        title=metric.title if metric else title,
        points=metric.points if metric else _points(_argument(item, "points", place, 0), place),
        visibility=Visibility(who),
        hint=metric.hint if metric else str(_argument(item, "hint", place, "")),
        reveal=item.get_closest_marker("reveal") is not None,
        depends_on=tuple(
            str(needed) for mark in item.iter_markers("depends_on") for needed in mark.args
        ),
        metric=metric.name if metric else "",
    )


def _metric(item: pytest.Item, place: str, assignment: Assignment) -> Metric | None:
    """Return the metric that a test measures, or None."""
    name = _argument(item, "metric", place, None)
    if name is None:
        return None
    metric = assignment.metric(str(name))
    if metric is None:
        known = [metric.name for metric in assignment.metrics]
        raise SpecError(
            f"{name!r} is no metric of this assignment{did_you_mean(str(name), known)}",
            where=place,
            remedy="Describe it under `metrics` in assignment.yaml.",
        )
    for mark in ("points", "hint"):
        if item.get_closest_marker(mark) is not None:
            raise SpecError(
                f"a test that measures a metric has the mark {mark}",
                where=place,
                remedy=f"Remove it: `metrics` in assignment.yaml says {mark}, title and more.",
            )
    return metric


def _argument(item: pytest.Item, mark: str, place: str, default: Any) -> Any:
    found = item.get_closest_marker(mark)
    if found is None:
        return default
    if len(found.args) != 1 or found.kwargs:
        raise SpecError(f"the mark {mark} takes exactly one argument", where=place)
    return found.args[0]


def _points(value: Any, place: str) -> Decimal:
    try:
        points = Decimal(str(value))
    except InvalidOperation:
        points = Decimal(-1)
    if not points.is_finite() or points < 0:
        raise SpecError(f"points({value!r}): expected a number from 0 up", where=place)
    return points
