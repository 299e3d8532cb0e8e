from __future__ import annotations

import csv
import json
import re

import pytest

from grader.errors import UsageError

from .conftest import RIGHT, WRONG

LATE = "def f(x):\n    return 2 * x if x > 10 else x + x\n"


@pytest.fixture
def graded(toy, hand_in, call, tmp_path):
    """A class of three in ``out``; return its folder, and one that changes the hidden test."""
    folder, out = hand_in(ada=RIGHT, bob=WRONG, cyd=LATE), tmp_path / "out"
    assert call("grade", "toy", folder, "-o", out, "--trust").exit_code == 0
    hidden = toy.hidden_tests / "test_hidden.py"

    def change(old: str, new: str) -> None:
        text = hidden.read_text("utf-8")
        assert old in text
        hidden.write_text(text.replace(old, new), "utf-8")

    return folder, out, change


def test_who_loses_is_shown_and_replaced_only_when_asked(graded, call, tmp_path):
    folder, out, change = graded
    change("== 2 * number", "== number + 2")
    arguments = ("regrade", "toy", folder, "-o", out, "--trust")
    before = (out / "grades.csv").read_bytes()
    shown = call(*arguments, "--csv", tmp_path / "changes.csv")
    assert shown.exit_code == 1
    lines = [line.split() for line in shown.stdout.splitlines() if "/10" in line]
    assert lines == [
        ["ada", "10/10", "2/10", "−8", "8", "→", "0", "test_many"],
        ["cyd", "10/10", "2/10", "−8", "8", "→", "0", "test_many"],
        ["bob", "2/10", "10/10", "+8", "0", "→", "8", "test_many"],
    ]
    assert "2 lose, 1 gain, 0 keep their points" in shown.stdout
    assert "Nothing was replaced. To replace the grades:" in shown.stderr
    assert (out / "grades.csv").read_bytes() == before
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert rows["bob"]["change"] == "gains"
    assert rows["bob"]["tests"] == "test_many: 0 -> 8"

    applied = call(*arguments, "--apply", "--json")
    assert applied.exit_code == 1
    document = json.loads(applied.stdout)
    assert document["applied"] is True
    assert [one["change"] for one in document["differences"]] == ["loses", "loses", "gains"]
    assert document["differences"][0] | {"name": ""} == {
        "key": "ada",
        "student": "ada",
        "name": "",
        "change": "loses",
        "before": 10.0,
        "max_before": 10.0,
        "after": 2.0,
        "max_after": 10.0,
        "pending": 0.0,
        "status": "graded",
        "another_submission": False,
        "tests": [{"test": "test_many", "before": 8.0, "after": 0.0}],
    }
    assert "3 were taken over from the last time" in applied.stderr
    assert "3 grades were replaced" in applied.stderr
    assert (out / "grades.csv").read_bytes() != before
    again = call("grade", "toy", folder, "-o", out, "--trust")
    assert "3 unchanged, 0 graded" in again.stderr
    assert re.search(r"bob +10/10", again.stdout)
    nothing = call(*arguments, "--apply")
    assert nothing.exit_code == 0
    assert "3 were not graded again: nothing has changed for them." in nothing.stderr


def test_a_broken_test_is_seen_before_it_costs_anybody_anything(graded, call):
    folder, out, change = graded
    change("rng.integers", "rng.no_such_method")
    seen = call("regrade", "toy", folder / "ada", "-o", out, "--trust")
    assert seen.exit_code == 1
    assert re.search(r"ada +10/10 +2/10 +−8 +8 → 0 +test_many", seen.stdout)
    assert "graded → needs review" in seen.stdout
    assert re.search(r"were not named \(2\): bob, cyd", seen.stderr)


def test_it_needs_grades_and_a_place_to_write(toy, hand_in, call, tmp_path):
    folder = hand_in(ada=RIGHT)
    with pytest.raises(UsageError, match="there are no grades here"):
        call("regrade", "toy", folder, "-o", tmp_path / "out", "--trust")
    with pytest.raises(UsageError, match="would lie in one folder"):
        call("regrade", "toy", folder, "-o", folder / "out", "--trust")
    assert not (tmp_path / "out").exists()
