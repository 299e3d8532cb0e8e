from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from grader.export.table import grades_table
from grader.model import Grade, GradeStatus, Status, Verdict, Visibility


def graded(student: str = "ada", **fields) -> Grade:
    fields = {"score": Decimal(1), "max_score": Decimal(10), "status": GradeStatus.GRADED} | fields
    return Grade(student=student, assignment="toy", **fields)


def verdict(name: str, points: str) -> Verdict:
    return Verdict(
        id=name,
        title=name,
        visibility=Visibility.HIDDEN,
        points=Decimal(points),
        max_points=Decimal(5),
        status=Status.PARTIAL,
    )


def rows(*grades: Grade) -> list[dict[str, str]]:
    text = grades_table(grades)
    assert text[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def test_one_row_per_grade_and_one_column_per_test():
    ada = graded(score=Decimal("7.5"), verdicts=(verdict("test_a", "5"), verdict("test_b", "2.5")))
    bob = graded("bob", status=GradeStatus.MISSING, verdicts=(verdict("test_c", "0"),))
    first, second = rows(ada, bob)
    assert first["score"] == "7.5"
    assert first["max_score"] == "10"
    assert (first["test_a"], first["test_b"], first["test_c"]) == ("5", "2.5", "")
    assert (second["status"], second["test_a"], second["test_c"]) == ("missing", "", "0")


@pytest.mark.parametrize(
    ("points", "written"),
    [
        ("0", "0"),
        ("100", "100"),
        ("1000000", "1000000"),
        ("1E+2", "100"),
        ("0.50", "0.5"),
        ("33.33333333", "33.3333"),
        ("1e-7", "0"),
        ("12.0", "12"),
    ],
)
def test_points_are_plain_numbers(points, written):
    (row,) = rows(graded(score=Decimal(points)))
    assert row["score"] == written


@pytest.mark.parametrize("first", list("=+-@\t\r\n＝＋－＠"))
def test_a_spreadsheet_computes_no_text(first):
    (row,) = rows(graded(name=f"{first}cmd()"))
    assert row["name"] == f"'{first}cmd()"


def test_quotes_separators_line_ends_and_other_alphabets_survive():
    name, problem = 'Ünal, "Zoë"; 株式', "line 1\nline 2\r\nline 3"
    (row,) = rows(graded(name=name, problem=problem))
    assert (row["name"], row["problem"]) == (name, problem)


def test_nothing_graded_is_a_header():
    assert rows() == []
    assert grades_table([]).startswith("\ufeffstudent,name,")
