"""What every format keeps: all students, all points, all names, and what is hidden."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from xml.etree import ElementTree

import pytest

from grader.export import Format, Reader, Sheet, grades_table
from grader.export import canvas as canvas_format
from grader.export import classroom as classroom_format
from grader.export import gradescope as gradescope_format
from grader.export import jsonl as jsonl_format
from grader.export import junit as junit_format
from grader.export import moodle as moodle_format
from grader.export import nbgrader as nbgrader_format
from grader.export import otter as otter_format
from grader.feedback import student_view
from grader.model import Grade, Status, Verdict, Visibility
from grader.points import number

Scores = dict[str, tuple[Decimal, Decimal | None]]
"""Score and maximum by student; no maximum where the format has none."""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def csv_of(table: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def canvas_sheet(grades: Sequence[Grade]) -> Sheet:
    people = [[grade.name or "Nemo", "1", grade.student, "S1", ""] for grade in grades]
    head = [
        ["Student", "ID", "SIS User ID", "Section", "A toy (77)"],
        ["    Points Possible", "", "", "", "20"],
    ]
    return Sheet(csv_of([*head, *people]), name="canvas.csv")


def moodle_sheet(grades: Sequence[Grade]) -> Sheet:
    head = ["Identifier", "Full name", "ID number", "Status", "Grade", "Maximum Grade"]
    people = [
        [f"Participant {900_000 + place}", grade.name, grade.student, "Submitted", "", "20.00", "-"]
        for place, grade in enumerate(grades)
    ]
    return Sheet(csv_of([[*head, "Last modified (grade)"], *people]), name="moodle.csv")


def write(target: Format, grades: Sequence[Grade]) -> list[str]:
    """Write grades as the command does; a document each where the format holds one submission."""
    if target.reader is Reader.STUDENT:
        grades = [student_view(grade) for grade in grades]
    match target:
        case Format.GRADESCOPE:
            return [gradescope_format.write(grade) for grade in grades]
        case Format.CLASSROOM:
            return [classroom_format.write(grade) for grade in grades]
        case Format.JUNIT:
            return [junit_format.write(grades)]
        case Format.CANVAS:
            return [canvas_format.write(canvas_sheet(grades), grades).data.decode()]
        case Format.MOODLE:
            return [moodle_format.write(moodle_sheet(grades), grades).data.decode()]
        case Format.NBGRADER:
            return [nbgrader_format.write(grades)]
        case Format.OTTER:
            return [otter_format.write(grades)]
        case Format.CSV:
            return [grades_table(grades)]
        case Format.JSONL:
            return [jsonl_format.write(grades)]
    raise AssertionError(target)


def decoded(target: Format, text: str) -> str:
    """What a reader sees: base64 hides canaries from a search."""
    return base64.b64decode(text).decode() if target is Format.CLASSROOM else text


def of_json(document: dict[str, object]) -> tuple[Decimal, Decimal]:
    tests = document["tests"]
    most = [Decimal(str(test.get("max_score", 0))) for test in tests]
    earned = sum((Decimal(str(test["score"])) for test in tests), Decimal(0))
    assert earned == Decimal(str(document.get("score", float(earned))))
    return earned, Decimal(str(document.get("max_score", float(sum(most)))))


def read(target: Format, texts: list[str], grades: Sequence[Grade]) -> Scores:
    """Read scores as the format's own readers do, adding up tests where they do."""
    students = [grade.student for grade in grades]
    match target:
        case Format.GRADESCOPE | Format.CLASSROOM:
            documents = [json.loads(decoded(target, text)) for text in texts]
            return dict(zip(students, map(of_json, documents), strict=True))
        case Format.JUNIT:
            found = {}
            for suite in ElementTree.fromstring(texts[0].encode()):
                points = {"points": Decimal(0), "max_points": Decimal(0)}
                for one in suite.iterfind("testcase/properties/property"):
                    points[one.attrib["name"]] += Decimal(one.attrib["value"])
                found[suite.attrib["name"]] = (points["points"], points["max_points"])
            return found
        case Format.CANVAS:
            _, *people = rows(texts[0])
            return {
                row["SIS User ID"]: (Decimal(row["A toy (77)"] or "-1"), None) for row in people
            }
        case Format.MOODLE:
            return {
                row["ID number"]: (Decimal(row["Grade"] or "-1"), None) for row in rows(texts[0])
            }
        case Format.NBGRADER:
            return {
                row["student_id"]: (Decimal(row["score"]), Decimal(row["max_score"]))
                for row in rows(texts[0])
            }
        case Format.OTTER:
            listed = [row for row in rows(texts[0]) if row["file"] != "points-per-question"]
            totals = [(Decimal(row["total_points_earned"]), None) for row in listed]
            for row, (total, _) in zip(listed, totals, strict=True):
                tests = [Decimal(value) for name, value in row.items() if name.startswith("test_")]
                assert sum(tests) == total
            return dict(zip(students, totals, strict=True))
        case Format.CSV:
            return {
                row["student"]: (Decimal(row["score"]), Decimal(row["max_score"]))
                for row in rows(texts[0])
            }
        case Format.JSONL:
            documents = [json.loads(line) for line in texts[0].split("\n")[:-1]]
            return {
                one["student"]: (Decimal(str(one["score"])), Decimal(str(one["max_score"])))
                for one in documents
            }
    raise AssertionError(target)


formats = pytest.mark.parametrize("target", Format)


@formats
def test_points_are_conserved_however_a_submission_ended(target: Format, kinds: list[Grade]):
    found = read(target, write(target, kinds), kinds)
    assert set(found) == {grade.student for grade in kinds}
    for grade in kinds:
        score, most = found[grade.student]
        if target.is_filled_in:  # two decimals, and no number for what needs review
            expected = "-1" if grade.pending else number(grade.score)
            assert str(score) == expected
        else:
            assert score == grade.score
        assert most in (None, grade.max_score)


@formats
def test_names_and_texts_of_all_alphabets_survive(target: Format, a_class):
    grades = a_class(12)
    found = read(target, write(target, grades), grades)
    assert list(found) == [grade.student for grade in grades]
    assert len({score for score, _ in found.values()}) == 1


@formats
def test_nothing_graded_is_a_valid_document(target: Format):
    texts = write(target, [])
    assert len(texts) == (0 if target.is_single else 1)
    assert not read(target, texts, [])


@formats
def test_thousands_of_rows(target: Format, a_class):
    grades = a_class(2000)
    assert len(read(target, write(target, grades), grades)) == 2000


def secret(place: int, visibility: Visibility, status: Status) -> Verdict:
    return Verdict(
        id=f"test_canary_{place}_id",
        title=f"Title {place}",
        visibility=visibility,
        points=Decimal(1 if status is Status.PASSED else 0),
        max_points=Decimal(1),
        status=status,
        message=f"canary_{place}_message after test_canary_{place}_id",
        hint=f"hint {place}",
    )


@pytest.mark.parametrize("target", [one for one in Format if one.reader is Reader.STUDENT])
def test_students_read_no_more_of_hidden_tests_than_on_their_pages(target: Format, graded):
    closed = (Visibility.HIDDEN, Visibility.AFTER_DUE)
    tests = [
        secret(place, visibility, status)
        for place, (visibility, status) in enumerate(product(closed, Status))
    ]
    grade = graded(verdicts=tuple(tests), score=Decimal(2), max_score=Decimal(len(tests)))
    (text,) = write(target, [grade])
    told = decoded(target, text)
    assert "canary" not in told
    assert "5eed" not in told
    for place, test in enumerate(tests):
        assert f"Title {place}" in told
        lost = test.status not in (Status.PASSED, Status.ERRORED)
        assert (f"hint {place}" in told) == lost


@pytest.mark.parametrize("target", [one for one in Format if one.reader is Reader.STUDENT])
def test_a_submission_that_was_not_graded_says_why(target: Format, kinds: list[Grade]):
    *_, broken, absent = kinds
    for grade, why in ((broken, "ends in the middle"), (absent, "nothing was handed in")):
        (text,) = write(target, [grade])
        assert why in decoded(target, text)
