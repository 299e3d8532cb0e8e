from __future__ import annotations

import re
from decimal import Decimal

import pytest

from grader.model import Grade
from grader.report import render_class
from grader.report.classroom import href


def test_every_student_has_a_row_with_a_link_and_one_cell_per_test(class_grades: list[Grade]):
    page = render_class(
        class_grades,
        title="The perceptron",
        links={(g.student, g.attempt): f"s/{g.student}.html" for g in class_grades},
    )
    rows = re.findall(
        r"<tr>(.*?)</tr>", page.partition("<tbody>\n        <tr>")[2] or page, re.DOTALL
    )
    rows = [row for row in rows if "Student " in row]
    assert len(rows) == 30
    assert 'href="./s/s05.html"' in rows[5]
    assert rows[5].count('class="verdict"') == 12
    assert 'title="partly passed, 7.5 of 15"' in rows[4]
    assert rows[7].count("no result") == 12


def test_what_needs_attention_stands_on_top(class_grades: list[Grade]):
    page = render_class(class_grades, title="t", links={})
    top = page.partition("Distribution of scores")[0]
    for text in ("1 to review", "1 unreadable", "1 missing", "JSON error at line 312"):
        assert text in top


def test_figures_are_over_what_was_handed_in(class_grades: list[Grade]):
    page = render_class(class_grades[:4], title="t", links={})
    assert "3 submissions" in page
    assert "mean 94.17%" in page
    assert "median 95%" in page


def test_the_hardest_test_comes_first(class_grades: list[Grade]):
    page = render_class(class_grades, title="t", links={})
    chart = page.partition('id="hardest"')[2].partition("</table>")[0]
    shares = [int(share) for share in re.findall(r"<td>(\d+)%</td>", chart)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0
    assert "errors_ has one entry per epoch" in chart.partition("</tr>")[2].partition("</tr>")[0]


@pytest.mark.parametrize("count", [0, 1])
def test_small_classes(class_grades: list[Grade], count: int):
    page = render_class(class_grades[:count], title="t", links={})
    assert ("No grades yet." in page) == (count == 0)
    if count:
        assert "1 submission<" in page
        assert "No test cost any points." in page


def test_attempts_of_one_student_are_two_rows(grade: Grade):
    later = grade.model_copy(update={"attempt": 3, "score": Decimal(1)})
    page = render_class([later, grade], title="t", links={})
    assert page.index("attempt 2") < page.index("attempt 3")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("students/ada.html", "./students/ada.html"),
        ("../a b.html", "./../a%20b.html"),
        ("javascript:alert(1).html", "./javascript%3Aalert%281%29.html"),
        ("//example.org/x", "./example.org/x"),
        ("\\\\example.org\\x", "./%5C%5Cexample.org%5Cx"),
        ('"><script>', "./%22%3E%3Cscript%3E"),
        ("é.html", "./%C3%A9.html"),
    ],
)
def test_an_address_stays_relative(path: str, address: str):
    assert href(path) == address
