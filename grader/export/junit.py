"""JUnit XML: one suite per submission, one case per test, the points as properties.

Read by the student in a pull request's checks, so from the student's view of the grades. There is
no official specification; elements and attributes are those that
https://github.com/testmoapp/junitxml lists as common.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.export.wording import about, first_line, tests_of, told
from grader.model import Grade, Status, Verdict
from grader.plaintext import plain
from grader.points import number

__all__ = ["write"]


def write(grades: Iterable[Grade]) -> str:
    """Return the document about some submissions.

    A test that lost points is a failure, also one that passed in part; one that the grader itself
    failed in is an error; one whose prerequisite failed is skipped.

    Args:
        grades: as the student may see them.
    """
    listed = list(grades)
    root = Element("testsuites")
    for grade in listed:
        root.append(_suite(grade))
    root.set("name", plain(next((one.assignment_title for one in listed), "")))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", _seconds(sum(grade.duration for grade in listed)))
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(grade: Grade) -> Element:
    suite = Element("testsuite", name=plain(grade.student))
    _properties(
        suite,
        assignment=grade.assignment,
        student=grade.student,
        attempt=str(grade.attempt),
        status=grade.status,
        score=_points(grade.score),
        max_score=_points(grade.max_score),
        pending=_points(grade.pending),
    )
    for verdict in tests_of(grade):
        suite.append(_case(verdict, grade.assignment))
    if remarks := about(grade):
        SubElement(suite, "system-out").text = remarks
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for count, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(outcome) is not None for case in cases)))
    suite.set("time", _seconds(grade.duration))
    return suite


def _case(verdict: Verdict, assignment: str) -> Element:
    case = Element(
        "testcase",
        name=plain(verdict.title),
        classname=plain(f"{assignment}.{verdict.id}"),
        time=_seconds(verdict.duration),
    )
    _properties(case, points=_points(verdict.points), max_points=_points(verdict.max_points))
    text = told(verdict)
    if verdict.status is not Status.PASSED:
        outcomes = {Status.ERRORED: "error", Status.SKIPPED: "skipped"}
        outcome = SubElement(case, outcomes.get(verdict.status, "failure"))
        outcome.set("type", verdict.status)
        outcome.set("message", first_line(text))
        outcome.text = text
    elif text:
        SubElement(case, "system-out").text = text
    return case


def _properties(parent: Element, **values: str) -> None:
    properties = SubElement(parent, "properties")
    for name, value in values.items():
        SubElement(properties, "property", name=name, value=plain(value))


def _points(points: Decimal) -> str:
    return number(points, digits=4)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"  # readers that check allow three decimals
