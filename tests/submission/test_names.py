from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.names import (
    is_ignored,
    is_own,
    module_name,
    parse_name,
    shown,
    split_suffix,
    student_ids,
)


@pytest.mark.parametrize(
    ("name", "student", "original", "counter"),
    [
        ("alice.ipynb", "alice", "alice.ipynb", 0),
        ("perceptron (1).ipynb", "perceptron", "perceptron.ipynb", 1),
        ("perceptron(12).py", "perceptron", "perceptron.py", 12),
        ("perceptron-Copy1.ipynb", "perceptron", "perceptron.ipynb", 1),
        ("perceptron-Copy1 (2).ipynb", "perceptron", "perceptron.ipynb", 3),
        ("Copy of perceptron.ipynb", "perceptron", "perceptron.ipynb", 1),
        ("perceptron - Copy.ipynb", "perceptron", "perceptron.ipynb", 1),
        ("perceptron copy 3.ipynb", "perceptron", "perceptron.ipynb", 3),
        ("perceptron.ipynb.txt", "perceptron", "perceptron.ipynb", 0),
        ("alice.meyer.zip", "alice.meyer", "alice.meyer.zip", 0),
    ],
)
def test_copies_and_suffixes(name: str, student: str, original: str, counter: int) -> None:
    parsed = parse_name(name, assignment="perceptron")
    assert (parsed.student, parsed.original, parsed.counter) == (student, original, counter)
    assert parsed.platform == ""


@pytest.mark.parametrize(
    ("name", "platform", "student", "original"),
    [
        (
            "Anna Weber_12345_assignsubmission_file_hw.ipynb",
            "Moodle",
            "Anna Weber_12345",
            "hw.ipynb",
        ),
        ("doejane_12345_67890_perceptron.ipynb", "Canvas", "doejane_12345", "perceptron.ipynb"),
        ("submission_123456.zip", "Gradescope", "submission_123456", "submission_123456.zip"),
        (
            "perceptron_jdoe_attempt_2026-01-05-10-22-11_perceptron.ipynb",
            "Blackboard",
            "jdoe",
            "perceptron.ipynb",
        ),
        (
            "perceptron_j_doe_attempt_2026-01-05-10-22-11_my_work.py",
            "Blackboard",
            "j_doe",
            "my_work.py",
        ),
        ("HW 1_jdoe_attempt_2026-01-05-10-22-11.txt", "Blackboard", "jdoe", "jdoe.txt"),
    ],
)
def test_platforms(name: str, platform: str, student: str, original: str) -> None:
    parsed = parse_name(name, assignment="perceptron")
    assert (parsed.platform, parsed.student, parsed.original) == (platform, student, original)


def test_folders_of_platforms() -> None:
    moodle = parse_name(
        "Anna Weber_12345_assignsubmission_file_", assignment="perceptron", folder=True
    )
    assert (moodle.platform, moodle.student) == ("Moodle", "Anna Weber_12345")
    scope = parse_name("submission_77", assignment="perceptron", folder=True)
    assert (scope.platform, scope.student) == ("Gradescope", "submission_77")


def test_canvas_says_late_and_counts_what_is_handed_in_again() -> None:
    parsed = parse_name("doejane_LATE_12345_67890_perceptron-2.ipynb", assignment="perceptron")
    assert parsed.late
    assert parsed.counter == 2
    assert parsed.original == "perceptron.ipynb"


def test_blackboard_stamps_sort_by_time() -> None:
    name = "perceptron_jdoe_attempt_2026-{}-05-10-22-11_x.py"
    early, late = (parse_name(name.format(m), assignment="perceptron").stamp for m in ("01", "11"))
    assert "" < early < late


def test_split_suffix_keeps_a_leading_dot_and_lowers_case() -> None:
    assert split_suffix(".hidden") == (".hidden", "")
    assert split_suffix("A.IPYNB") == ("A", ".ipynb")


def test_ignored_names() -> None:
    assert all(map(is_ignored, [".DS_Store", ".ipynb_checkpoints", "__MACOSX", "__pycache__"]))
    assert not is_ignored("perceptron.ipynb")


def test_own_name_in_any_spelling() -> None:
    assert is_own("MNIST_cnn", "mnist-cnn")
    assert not is_own("mnist", "mnist-cnn")
    assert module_name("2-layer") == "_2_layer"


def test_shown_is_printable_and_short() -> None:
    assert shown("a\x1b[31m\n\udcff\u202eb") == "a\ufffd[31m\ufffd\ufffd\ufffdb"
    assert len(shown("x" * 500 + ".ipynb")) == 80
    assert shown("x" * 500 + ".ipynb").endswith(".ipynb")


def test_identifiers_are_readable() -> None:
    ids = student_ids(["alice", "Anna Müller_12", "jürgen.groß@uni.edu", "a/../b"])
    assert ids["alice"] == "alice"
    assert ids["Anna Müller_12"] == "Anna_Muller_12"
    assert ids["jürgen.groß@uni.edu"] == "jurgen.gross@uni.edu"
    assert ids["a/../b"] == "a_.._b"


def test_identifiers_differ_where_names_do() -> None:
    names = ["Jose", "José", "jose", "李明", "王芳", "con", "..", "", "x" * 200, "x" * 201]
    ids = student_ids(names)
    assert ids["Jose"] == "Jose"
    assert len({identifier.casefold() for identifier in ids.values()}) == len(names)
    assert ids["李明"] == student_ids(["李明"])["李明"]


def test_composed_and_decomposed_names_are_the_same_student() -> None:
    decomposed = unicodedata.normalize("NFD", "José")
    assert student_ids(["José"])["José"] == student_ids([decomposed])[decomposed]


@given(st.lists(st.text(st.characters(codec=None), max_size=90), max_size=6))
def test_identifiers_are_always_safe_and_unique(names: list[str]) -> None:
    ids = student_ids(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,63}", value) for value in ids.values())
    assert not any(value.endswith(".") for value in ids.values())
    assert len({value.casefold() for value in ids.values()}) == len(set(names))
