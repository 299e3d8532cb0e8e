"""YAML files whose errors name the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.documents import Document, did_you_mean, found
from grader.errors import SpecError
from grader.model import Assignment, Limits

Read = Callable[[str], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(text: str) -> Document:
        path = tmp_path / "limits.yaml"
        path.write_text(text, encoding="utf-8")
        return Document.read(path, name="limits.yaml")

    return _read


def test_a_document_is_its_values(read: Read) -> None:
    document = read("cell_seconds: 2.5\nmemory_mb: 100\n")
    limits = document.shaped(Limits, document.value)
    document.problems.check()
    assert limits == Limits(cell_seconds=2.5, memory_mb=100)


def test_all_problems_are_told_at_once_in_the_order_of_their_lines(read: Read) -> None:
    document = read(
        "# limits\nmemory_mb: 1.5\n\ncell_second: 1\nwall_factor: 0\ncall_seconds: ten\n"
    )
    assert document.shaped(Limits, document.value) is None
    with pytest.raises(SpecError) as caught:
        document.problems.check()
    assert str(caught.value).splitlines() == [
        "limits.yaml:2: memory_mb: expected a positive whole number, found 1.5",
        'limits.yaml:4: cell_second: unknown field, did you mean "cell_seconds"?',
        "limits.yaml:5: wall_factor: expected a number of at least 1, found 0",
        'limits.yaml:6: call_seconds: expected a positive number, found "ten"',
    ]
    assert caught.value.where == "limits.yaml:2"


def test_no_problem_raises_nothing_and_notes_nothing(read: Read) -> None:
    document = read("a: 1\n")
    document.problems.check()
    document.problem(("a",), "is wrong")
    with pytest.raises(SpecError, match=r"limits\.yaml:1: a: is wrong"):
        document.problems.check()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "limits.yaml:3: this is not YAML"),
        ("a: 1\nb: x: y\n", "limits.yaml:2: this is not YAML: mapping values are not allowed"),
        ("a: 1\n\tb: 2\n", "limits.yaml:2: this is not YAML"),
        (
            "a: !!python/object:os.system {}\n",
            "limits.yaml:1: this is not YAML: could not determine",
        ),
        ("a: !!int many\n", "limits.yaml: this is not YAML: invalid literal"),
        ("a: &a [*a]\n", "limits.yaml:1: this is not YAML: a value contains itself"),
        ("a: \x07\n", "limits.yaml: this is not YAML"),
        ("a: 1\n---\nb: 2\n", "limits.yaml:2: this is not YAML: expected a single document"),
        ("", "expected fields such as `title: ...`, found nothing"),
        ("- a\n", "expected fields such as `title: ...`, found a list"),
        ("words\n", 'expected fields such as `title: ...`, found "words"'),
    ],
)
def test_what_is_not_a_yaml_mapping_is_refused(read: Read, text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(text)
    assert message in str(caught.value)


def test_a_key_written_twice_is_refused_with_both_lines(read: Read) -> None:
    document = read("a:\n  b: 1\n  c: 2\n  b: 3\n")
    with pytest.raises(SpecError, match=r"limits\.yaml:4: a\.b: written twice, first on line 2"):
        document.problems.check()


def test_merged_keys_are_not_duplicates(read: Read) -> None:
    document = read("base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  a: 3\n")
    document.problems.check()
    assert document.value["more"] == {"a": 3, "b": 2}


def test_dates_stay_text(read: Read) -> None:
    assert read("due: 2027-01-15\n").value == {"due": "2027-01-15"}


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"x\.yaml: the file is missing"):
        Document.read(tmp_path / "x.yaml", name="x.yaml")
    (tmp_path / "x.yaml").write_bytes(b"title: M\xfcnchen\n")
    with pytest.raises(SpecError, match=r"x\.yaml: cannot be read as UTF-8 text"):
        Document.read(tmp_path / "x.yaml", name="x.yaml")


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbftitle: A\n")
    assert Document.read(tmp_path / "x.yaml", name="x.yaml").value == {"title": "A"}


def test_list_positions_and_computed_fields_have_their_lines(read: Read) -> None:
    document = read("digest: 1\nallowed_imports:\n  - numpy\n  - 5\n")
    document.shaped(Assignment, document.value, derived=("digest", "id", "folder"))
    with pytest.raises(SpecError) as caught:
        document.problems.check()
    text = str(caught.value)
    assert "limits.yaml:1: digest: this field is computed; remove it" in text
    assert "limits.yaml:4: allowed_imports[1]: expected text (put it in quotes), found 5" in text
    assert "limits.yaml:1: title: this field is required and missing" in text


def test_the_nearest_known_word_is_offered() -> None:
    assert did_you_mean("perceptrn", ["backprop", "perceptron"]) == ', did you mean "perceptron"?'
    assert did_you_mean("wine", ["backprop", "perceptron"]) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ({}, "a mapping"),
        ([], "a list"),
        (True, "true"),
        (0.5, "0.5"),
        ('a "b"', '"a \\"b\\""'),
        ("x" * 200, f'"{"x" * 75}..."'),
    ],
)
def test_found_names_a_value_in_few_words(value: object, words: str) -> None:
    assert found(value) == words
