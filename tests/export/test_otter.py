from __future__ import annotations

import io
from decimal import Decimal

import pandas as pd

from grader.export.otter import write
from grader.model import Grade


def table(grades: list[Grade]) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(write(grades))).set_index("file")


def test_columns_are_those_of_otter(kinds: list[Grade]):
    tests = [f"test_{number}" for number in range(1, 8)]
    header = ["file", *tests, "total_points_earned", "percent_correct", "grading_status"]
    assert write(kinds).splitlines()[0] == ",".join(header)
    assert write([]).splitlines() == ["file,total_points_earned,percent_correct,grading_status"]


def test_the_first_row_says_what_tests_are_worth(kinds: list[Grade]):
    first = table(kinds).iloc[0]
    assert first.name == "points-per-question"
    assert list(first)[:7] == [4, 2.5, 2.5, 1, 1, 4, 5]
    assert list(first)[7:] == [20, 1, "--"]


def test_what_was_not_graded_has_zeros_and_says_why(kinds: list[Grade]):
    found = table(kinds)
    assert found["total_points_earned"].to_dict() == {
        "points-per-question": 20,
        "ada.ipynb": 8.1667,
        "bob.ipynb": 4.1667,
        "cyd.ipynb": 0,
        "dan": 0,
    }
    assert list(found["percent_correct"]) == [1, 0.4083, 0.2083, 0, 0]
    assert list(found["grading_status"]) == [
        "--",
        "Completed",
        "Needs review: 4 points are pending",
        "The file ends in the middle.\nSave it again.",
        "nothing was handed in",
    ]


def test_tests_stand_in_the_order_of_their_names(graded, verdict):
    tests = tuple(verdict(number, "1", "1", "passed") for number in (3, 10, 2))
    grade = graded(verdicts=tests, score=Decimal(3), max_score=Decimal(3))
    assert list(table([grade]).columns)[:3] == ["test_10", "test_2", "test_3"]


def test_files_of_one_name_are_told_apart(graded):
    alike = [graded(student, submission="toy.ipynb") for student in ("ada", "bob")]
    assert list(table(alike).index)[1:] == ["ada/toy.ipynb", "bob/toy.ipynb"]
