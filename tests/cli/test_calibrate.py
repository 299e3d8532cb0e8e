"""``grader calibrate``: tables, files and exit codes; the method itself is tested elsewhere."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from grader.errors import UsageError

METRIC_TEST = """
    @pytest.mark.metric("accuracy")
    def test_accuracy(submission, metric, rng):
        '''What the submission says, with noise of the round.'''
        noise = 0.01 * rng.normal(size=2)
        metric.score(lambda number: submission.f(number) + noise[number])
"""
METRIC = {"title": "Accuracy", "points": 10, "runs": 1}
VARIANTS = {
    "baseline/constant.py": '"""Always the same."""\ndef f(x):\n    return 0.5\n',
    "wrong/unscaled.py": '"""Forgets to scale."""\ndef f(x):\n    return 0.87\n',
}


@pytest.fixture
def measured(course, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference folder of an assignment with a metric, in the course that commands find."""
    monkeypatch.setenv("GRADER_COURSE", str(course.root))
    assignment = course.assignment(
        METRIC_TEST,
        reference="def f(x):\n    return 0.9\n",
        metrics={"accuracy": METRIC},
        calibrated=False,
    )
    for name, source in VARIANTS.items():
        path = assignment.reference / "variants" / name
        path.parent.mkdir(parents=True)
        path.write_text(source)
    return assignment.reference


def test_a_calibration_prints_its_tables_and_names_unexplained_mistakes(
    measured: Path, call
) -> None:
    result = call("calibrate", "toy", "--runs", 5, "--jobs", 2)
    assert result.exit_code == 1
    assert "≤ 1 %" in result.output
    assert "solution; zero by baseline/constant" in result.output
    assert "normal tolerance bound, 5 runs" in result.output
    assert "0 of 5" in result.output
    assert "These thresholds are provisional" in result.output
    told = result.stderr
    assert "wrong/unscaled.py: this mistake earns more than half of the points" in told
    assert (measured / "calibration.json").exists()
    thresholds = measured.parents[1] / "assignments" / "toy" / "thresholds.json"
    assert json.loads(thresholds.read_text())["accuracy"]["runs"] == 5
    # With a reason, all is well; only that variant is graded again.
    path = measured / "variants" / "wrong" / "unscaled.py"
    path.write_text(path.read_text().replace("scale.", "scale.\n\nEarns points because: trees."))
    result = call("calibrate", "toy", "--runs", 5)
    assert result.exit_code == 0
    assert "points because: trees." in result.output
    assert call("show", "toy").exit_code == 0


def test_an_interrupt_is_told_and_keeps_what_was_measured(measured: Path, start) -> None:
    process = start("calibrate", "toy", "--runs", "5000", "--jobs", "2")
    partial = measured / ".calibration.jsonl"
    deadline = time.monotonic() + 60
    while not partial.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "what was measured is kept" in told
    assert "Traceback" not in told
    assert len(partial.read_text().splitlines()) >= 1
    assert not (measured / "calibration.json").exists()


def test_an_assignment_without_metrics_is_refused(toy, call) -> None:
    with pytest.raises(UsageError, match="toy has no metrics"):
        call("calibrate", "toy")
