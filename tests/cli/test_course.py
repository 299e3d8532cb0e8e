from __future__ import annotations

import json

import pytest

from grader.errors import UsageError


def test_list_names_every_assignment(toy, course, call):
    course.assignment(HIDDEN_TEN, id="alpha", summary="First.")
    result = call("list")
    assert result.exit_code == 0
    lines = [line.rstrip() for line in result.output.splitlines()]
    assert lines == [
        "alpha  10 points  Alpha",
        "                  First.",
        "toy    10 points  Toy",
        "                  Twice.",
    ]


HIDDEN_TEN = """
    @pytest.mark.points(10)
    def test_it(submission):
        '''It works.'''
        assert submission.f(1)
"""


def test_a_wrong_assignment_does_not_hide_the_others(toy, course, call):
    course.assignment(HIDDEN_TEN, id="zeta")
    spec = course.root / "assignments" / "zeta" / "assignment.yaml"
    spec.write_text("title: 3\npointss: 4\n")
    result = call("list")
    assert result.exit_code == 2
    assert "toy    10 points" not in result.output  # no room is made for what is not listed
    assert "toy  10 points" in result.output
    assert "assignments/zeta/assignment.yaml:2: pointss: unknown field" in result.stderr


def test_an_empty_course_says_so(tmp_path, call):
    (tmp_path / "assignments").mkdir()
    result = call("list", "--course", tmp_path)
    assert result.exit_code == 0
    assert f"There are no assignments in {tmp_path / 'assignments'}." in result.output


def test_show_tells_the_whole_interface(toy, call):
    text = call("show", "toy").output
    assert text.startswith("# Toy (10 points)\n")
    assert "## `def f(x)`" in text
    assert "- returns 2 * x" in text


def test_show_json_is_for_programs(toy, call):
    shown = json.loads(call("show", "toy", "--json").output)
    assert shown["id"] == "toy"
    assert shown["interface"][0]["name"] == "f"
    assert not {"folder", "reference", "digest"} & set(shown)


def test_an_unknown_assignment_is_answered_with_a_known_one(toy, call):
    with pytest.raises(UsageError, match='no assignment is called "toi", did you mean "toy"'):
        call("show", "toi")


def test_in_a_window_the_interface_is_rendered(toy, call, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = call("show", "toy").output
    assert "def f(x)" in text
    assert "##" not in text
