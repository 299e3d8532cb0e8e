from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.cli.summary import print_class
from grader.model import Grade, GradeStatus


def graded(student: str, score: int = 0, **fields) -> Grade:
    fields = {"status": GradeStatus.GRADED, "max_score": Decimal(100)} | fields
    return Grade(student=student, assignment="toy", score=Decimal(score), **fields)


def printed(capsys, grades) -> list[str]:
    print_class({grade.student: grade for grade in grades}, Path("out/index.html"))
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_in_a_narrow_window_only_the_remark_gives_way(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    problem = "perceptron-final-version.ipynb ends in the middle: it was cut off. Save it again."
    grades = [
        graded("a-student-with-a-long-name-0815", 100, name="Ada Wilhelmina of L."),
        graded("b", status=GradeStatus.UNREADABLE, problem=problem),
        graded("c", 3, status=GradeStatus.NEEDS_REVIEW, pending=Decimal("7.5")),
    ]
    lines = printed(capsys, grades)
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for whole in ("a-student-with-a-long-name-0815", "100/100", "unreadable", "needs review"):
        assert whole in text
    assert "Ada Wilhelmina of L." in text


def test_of_a_large_class_those_come_first_that_somebody_must_look_at(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    grades = [graded(f"s{number:03}", 50) for number in range(100)]
    grades.append(graded("z", status=GradeStatus.UNREADABLE, problem="It is empty. Save it."))
    lines = printed(capsys, grades)
    assert lines[1].split() == ["z", "0/100", "unreadable", "It", "is", "empty"]
    assert "… and 41 more" in lines
    assert "100 graded, 1 unreadable; mean 49.5, median 50 of 100 points" in lines


@pytest.mark.parametrize(
    ("scores", "figures"),
    [
        ((), "nothing was graded"),
        ((70,), "1 graded; mean 70, median 70 of 100 points"),
        ((0, 100, 50, 75), "4 graded; mean 56.25, median 62.5 of 100 points"),
    ],
)
def test_figures(capsys, scores, figures):
    lines = printed(capsys, [graded(f"s{number}", score) for number, score in enumerate(scores)])
    assert figures in lines


def test_who_handed_in_nothing_does_not_count_in_the_mean(capsys):
    lines = printed(capsys, [graded("a", 80), graded("b", status=GradeStatus.MISSING)])
    assert "1 graded, 1 missing; mean 80, median 80 of 100 points" in lines


def test_text_is_no_markup_and_moves_no_cursor(capsys):
    lines = printed(capsys, [graded("a", name="[red]\x1b[2JEve[/]")])
    assert "[red]\ufffd[2JEve[/]" in lines[1]
