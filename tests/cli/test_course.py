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


METRIC_TEST = """
    @pytest.mark.metric("accuracy")
    def test_accuracy(submission, metric):
        '''Measured.'''
        metric.score(submission.f)
"""
THRESHOLD = {
    "zero": 0.69,
    "full": 0.52,
    "miss": 0.01,
    "confidence": 0.95,
    "method": "normal tolerance bound",
    "runs": 60,
}
METRIC = {"title": "Log loss on wines never seen", "points": 10, "better": "lower"}


@pytest.fixture
def measured(course, monkeypatch):
    monkeypatch.setenv("GRADER_COURSE", str(course.root))

    def write(**files):
        return course.assignment(
            METRIC_TEST,
            metrics={"accuracy": METRIC},
            data={"name": "wine", "train": 899, "valid": 300, "test": 10000},
            files={name.replace("_", "."): text for name, text in files.items()},
            calibrated=False,
        )

    return write


def test_show_tells_thresholds_with_their_error_rates(measured, call):
    measured(thresholds_json=json.dumps({"accuracy": THRESHOLD}))
    result = call("show", "toy")
    assert result.exit_code == 0
    text = result.output
    assert "rows drawn from wine: 899 for training, 300 for validation, 10000 for tests." in text
    assert "### Log loss on wines never seen (10 points)" in text
    assert "`accuracy`: no points at 0.69, full marks from 0.52 down" in text
    assert "the mean of 3 trainings; where that is not enough for full marks, of 6" in text
    assert "misses full marks in at most 1 % of all runs, at 95 % confidence (normal" in text
    (metric,) = json.loads(call("show", "toy", "--json").stdout)["metrics"]
    assert metric["threshold"] == THRESHOLD


def test_show_tells_that_a_metric_was_never_calibrated(measured, call):
    measured()
    assert "lower is better; thresholds are not calibrated yet" in call("show", "toy").output


def test_show_warns_an_instructor_of_thresholds_that_are_out_of_date(measured, call, course):
    measured(thresholds_json=json.dumps({"accuracy": THRESHOLD}))
    assert call("show", "toy").stderr == ""  # a student has no reference to compare with
    reference = course.root / "reference" / "toy"
    reference.mkdir(parents=True)
    (reference / "solution.py").write_text("f = abs")
    told = call("show", "toy").stderr
    assert "The thresholds of toy are out of date:" in told
    assert "they were not calibrated: there is no calibration.json" in told
    assert "Run `grader calibrate toy`." in told
