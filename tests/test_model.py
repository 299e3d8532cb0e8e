"""The records: frozen, strict, and one JSON document that survives being read back."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from grader import model
from grader.model import (
    SCHEMA_VERSION,
    Assignment,
    Environment,
    Example,
    Grade,
    GradeStatus,
    InterfaceEntry,
    Limits,
    Member,
    Notice,
    Record,
    Status,
    Verdict,
    Visibility,
)


def verdict(**changes: Any) -> Verdict:
    fields: dict[str, Any] = {
        "id": "test_it",
        "title": "It works.",
        "visibility": "hidden",
        "points": Decimal(1) / 3,
        "max_points": 1,
        "status": "partial",
        "message": "[b] wrong \u2028 <script>",
    }
    return Verdict(**{**fields, **changes})


def document() -> Grade:
    return Grade(
        student="ada",
        name="Ada L.",
        assignment="toy",
        score=Decimal(1) / 3,
        max_score=1,
        status=GradeStatus.GRADED,
        verdicts=(verdict(), verdict(id="test_that", status="passed", points=1)),
        warnings=(Notice(code="bom", message="removed"),),
        environment=Environment(
            grader="0",
            python="3.11",
            platform="Linux",
            cpu="x",
            assignment_digest="a",
            submission_digest="b",
        ),
    )


def test_records_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        document().score = Decimal(10)


def test_every_record_refuses_fields_it_does_not_know() -> None:
    records = [
        kind
        for kind in vars(model).values()
        if isinstance(kind, type) and issubclass(kind, Record) and kind is not Record
    ]
    assert {kind.__name__ for kind in records} <= set(model.__all__)
    for kind in records:
        with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
            kind(surprise=1)


def test_a_grade_survives_json_but_for_the_fifth_digit() -> None:
    text = document().model_dump_json()
    copy = Grade.model_validate_json(text)
    assert copy.model_dump_json() == text
    plain = json.loads(text)
    assert plain["schema_version"] == SCHEMA_VERSION == 1
    assert (plain["score"], plain["verdicts"][0]["points"]) == (0.3333, 0.3333)
    assert (plain["status"], plain["verdicts"][0]["visibility"]) == ("graded", "hidden")
    assert copy.verdicts[1] == document().verdicts[1]


def test_points_stay_exact_until_they_are_shown() -> None:
    assert document().verdicts[0].points * 3 == Decimal("0." + "9" * 28)
    assert document().model_dump()["score"] == Decimal(1) / 3


def test_another_schema_version_is_refused() -> None:
    plain = json.loads(document().model_dump_json()) | {"schema_version": 2}
    with pytest.raises(ValidationError, match="schema_version"):
        Grade.model_validate(plain)


@pytest.mark.parametrize("points", [-1, "nan", "inf", "many"])
def test_points_are_numbers_from_0_up(points: object) -> None:
    with pytest.raises(ValidationError, match="points"):
        verdict(points=points)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cell_seconds", 0),
        ("call_seconds", -1),
        ("total_seconds", 0),
        ("wall_factor", 0.5),
        ("memory_mb", 0),
        ("output_kb", 0),
        ("message_mb", 0),
    ],
)
def test_limits_are_positive(field: str, value: float) -> None:
    with pytest.raises(ValidationError, match=field):
        Limits(**{field: value})


def test_the_words_of_statuses_are_what_documents_hold() -> None:
    assert [str(status) for status in Status] == [
        "passed",
        "partial",
        "failed",
        "skipped",
        "timeout",
        "crashed",
        "errored",
    ]
    assert [str(status) for status in GradeStatus] == [
        "graded",
        "needs_review",
        "unreadable",
        "missing",
    ]
    assert [str(who) for who in Visibility] == ["public", "hidden", "after_due"]


def test_an_interface_finds_its_entries_and_members() -> None:
    fit = Member(name="fit", signature="(X)")
    entry = InterfaceEntry(
        name="Model",
        kind="class",
        signature="()",
        members=(fit, Member(name="weights")),
        example=Example(call="Model().fit([])", answer="None"),
    )
    assignment = Assignment(
        id="toy", title="Toy", points=1, interface=(entry,), folder=Path("toy"), digest=""
    )
    assert assignment.entry("Model") is entry
    assert assignment.entry("Modle") is None
    assert entry.member("fit") is fit
    assert entry.member("save") is None
    assert [member.is_method for member in entry.members] == [True, False]
    assert assignment.public_tests == Path("toy/tests/public")
    assert assignment.hidden_tests == Path("toy/tests/hidden")
