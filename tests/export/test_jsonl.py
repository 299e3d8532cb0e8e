from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from grader.export.jsonl import write
from grader.model import Grade

SCHEMA = Path(__file__).parents[2] / "docs" / "grade.schema.json"


def test_each_line_is_a_grade_document(kinds: list[Grade]):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    lines = write(kinds).encode("utf-8", "replace").split(b"\n")
    assert lines.pop() == b""
    for line, grade in zip(lines, kinds, strict=True):
        jsonschema.validate(json.loads(line), schema)
        read = Grade.model_validate_json(line)
        assert (read.student, read.score, len(read.verdicts)) == (
            grade.student,
            grade.score,
            len(grade.verdicts),
        )


def test_separators_that_break_lines_elsewhere_break_none_here(graded):
    grade = graded(name="a\nb\u2028c\x85d")
    (line, rest) = write([grade]).split("\n")
    assert rest == ""
    assert json.loads(line)["name"] == grade.name
