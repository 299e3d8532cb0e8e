"""docs/grade.md describes the grade document as it is."""

from __future__ import annotations

import re

import pytest

from grader.model import Environment, Grade, GradeStatus, Notice, Status, Verdict, Visibility


@pytest.fixture(scope="module")
def text(page) -> str:
    return page("docs/grade.md").path.read_text(encoding="utf-8")


@pytest.mark.parametrize("record", [Grade, Verdict, Environment, Notice])
def test_every_field_is_described(text, record):
    described = set(re.findall(r"`([a-z_]+)`", text))
    assert set(record.model_fields) <= described


@pytest.mark.parametrize("words", [Status, GradeStatus, Visibility])
def test_every_status_is_described(text, words):
    assert {f"`{word}`" for word in words} <= set(re.findall(r"`[a-z_]+`", text))


@pytest.mark.parametrize("record", [Grade, Verdict])
def test_tables_hold_nothing_that_does_not_exist(text, record):
    heading = "# The grade" if record is Grade else "## A verdict"
    table = text.partition(heading)[2].partition("\n## ")[0]
    named = set()
    for row in re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE):
        named |= set(re.findall(r"`([a-z_]+)`", row))
    assert named == set(record.model_fields)
