from __future__ import annotations

import pytest

from grader.identity import Directory

PEOPLE = Directory(
    [
        ("anna", ["12", "am1"], ["Anna Müller", "am@u.edu"]),
        ("bob", ["13"], ["Bob Ray", "bob@u.edu"]),
        ("other bob", ["14", "a-1"], ["Bob Ray", "bob2@u.edu"]),
        ("dash", ["a1"], ["", "12"]),
        ("taro", ["16"], ["山田 太郎"]),
        ("nobody", ["", "17"], [""]),
    ]
)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("12", "anna"),  # an identifier comes before the same text as a name
        ("AM-1", "anna"),
        ("anna muller", "anna"),
        ("Anna_Muller_555", "anna"),
        ("mulleranna_12", "anna"),
        ("BOB2@u.edu", "other bob"),
        ("a1", "dash"),
        ("a-1", "other bob"),
        ("A_1", None),  # either
        ("Bob Ray", None),  # either
        ("山田太郎", "taro"),
        ("16-5ab2c3", "taro"),  # what is made of 山田太郎_16
        ("Yamada_16-5ab2c3", "taro"),
        ("16-123456", None),  # an identifier of its own
        ("stranger", None),
        ("", None),
        ("_", None),
    ],
)
def test_who_is_meant(text, person):
    assert PEOPLE.find(text) == person


def test_in_an_empty_directory_nobody_is_found():
    assert Directory([]).find("12") is None
