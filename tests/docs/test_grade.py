"""docs/grade.md describes the grade document as it is."""

from __future__ import annotations

import re

import pytest

from grader.model import (
    Better,
    Environment,
    Grade,
    GradeStatus,
    MetricResult,
    Notice,
    Status,
    Verdict,
    Visibility,
    Written,
)

HEADINGS = {
    Grade: "# The grade",
    Verdict: "## A verdict",
    MetricResult: "## A metric",
    Written: "## Written answers",
}


@pytest.fixture(scope="module")
def text(page) -> str:
    return page("docs/grade.md").path.read_text(encoding="utf-8")


@pytest.mark.parametrize("record", [Grade, Verdict, MetricResult, Written, Environment, Notice])
def test_every_field_is_described(text, record):
    described = set(re.findall(r"`([a-z_]+)`", text))
    assert set(record.model_fields) <= described


@pytest.mark.parametrize("words", [Status, GradeStatus, Visibility, Better])
def test_every_status_is_described(text, words):
    assert {f"`{word}`" for word in words} <= set(re.findall(r"`[a-z_]+`", text))


@pytest.mark.parametrize("record", list(HEADINGS))
def test_tables_hold_nothing_that_does_not_exist(text, record):
    table = text.partition(HEADINGS[record])[2].partition("\n## ")[0]
    named = set()
    for row in re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE):
        named |= set(re.findall(r"`([a-z_]+)`", row))
    assert named == set(record.model_fields)
