from __future__ import annotations

import io
from decimal import Decimal

import pandas as pd
import pytest

from grader.export.nbgrader import COLUMNS, write
from grader.model import Grade

# The header that nbgrader 0.9 writes.
HEADER = (
    "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
    "late_submission_penalty,score,max_score"
)


def table(grades: list[Grade]) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(write(grades)), dtype={"student_id": str})


def test_columns_are_those_of_nbgrader(kinds: list[Grade]):
    assert write(kinds).splitlines()[0] == HEADER
    assert list(table(kinds).columns) == list(COLUMNS)


def test_scores_are_numbers_and_who_handed_in_nothing_has_zero(kinds: list[Grade]):
    found = table(kinds).set_index("student_id")
    assert found["score"].to_dict() == {"ada": 8.1667, "bob": 4.1667, "cyd": 0, "dan": 0}
    assert (found["raw_score"] - found["late_submission_penalty"] == found["score"]).all()
    assert set(found["max_score"]) == {20}


@pytest.mark.parametrize(
    ("name", "last", "first"),
    [
        ("Ada Lovelace", "Lovelace", "Ada"),
        ("Lovelace, Ada", "Lovelace", "Ada"),
        ("Vicent Andrés i Estellés", "Estellés", "Vicent Andrés i"),
        ("山田 太郎", "太郎", "山田"),
        ("Plato", "Plato", ""),
        ('"Bo", the 2nd', '"Bo"', "the 2nd"),
        ("", "", ""),
    ],
)
def test_names_are_split_and_quoted(graded, name: str, last: str, first: str):
    read = pd.read_csv(io.StringIO(write([graded(name=name)])), keep_default_na=False)
    assert (read["last_name"][0], read["first_name"][0]) == (last, first)


def test_an_address_is_one(graded):
    read = pd.read_csv(io.StringIO(write([graded("a@u.edu"), graded("a")])), keep_default_na=False)
    assert list(read["email"]) == ["a@u.edu", ""]


def test_the_last_attempt_counts(graded):
    attempts = [graded(attempt=n, score=Decimal(n)) for n in (2, 10, 9)]
    assert list(table([graded("bob"), *attempts])["score"]) == [8.1667, 10]
