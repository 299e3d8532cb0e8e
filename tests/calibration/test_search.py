"""A whole calibration: what is measured, what is kept, what is written, what is out of date."""

from __future__ import annotations

import json

import numpy as np
import pytest

from grader.calibration import calibrate, stale
from grader.calibration.record import Record
from grader.calibration.trainings import Measured
from grader.calibration.variants import Role, find_variants
from grader.catalog import find_course
from grader.errors import SpecError, UsageError
from grader.model import Level
from grader.sandbox import choose_level

SKILLS = {"solution": 0.9, "other": 0.9, "few_epochs": 0.85, "constant": 0.5, "unscaled": 0.6}


def _search(assignment, log, **options):
    return calibrate(assignment, log, level=Level.D, **options)


def test_solutions_are_graded_and_an_interrupt_loses_nothing(toy, new_log, reread) -> None:
    """The real thing, small: every grading in a sandbox, two looks always, other noise each."""
    first = new_log(interrupt_after=7)
    level = choose_level()
    with pytest.raises(KeyboardInterrupt):
        calibrate(toy, first, level=level, runs=5, jobs=2)
    assert first.started_with == [25]
    assert not (toy.folder / "thresholds.json").exists()
    second = new_log()
    found = calibrate(toy, second, level=level, runs=5, jobs=2)
    assert second.started_with == [18]
    assert not (toy.reference / ".calibration.jsonl").exists()
    document = json.loads((toy.reference / "calibration.json").read_text())
    scores = document["variants"]["wrong/unscaled"]["scores"]["accuracy"]
    assert np.shape(scores) == (5, 4)
    assert len(set(np.ravel(scores))) == 20
    assert np.mean(scores) == pytest.approx(0.6, abs=0.02)
    # The noise is the round's, so it is the same for all variants.
    right = document["variants"]["solution"]["scores"]["accuracy"]
    assert np.subtract(right, scores) == pytest.approx(np.full((5, 4), 0.3), abs=1e-5)
    assert document["variants"]["solution"]["libraries"].keys() >= {"numpy"}
    accuracy, loss = found.metrics
    assert 0.5 < accuracy.threshold.zero < 0.6 < accuracy.threshold.full < 0.85
    assert 0.15 < loss.threshold.full < 0.4 < loss.threshold.zero < 0.5
    assert "provisional: fewer than 60 runs" in stale(reread(toy))[0]
    # With these thresholds the assignment can be graded.
    assert find_course(toy.folder.parents[1]).assignment("toy").metric("loss").threshold is not None
    # And nothing is left to do: the same scores give the same bytes.
    before = {path: path.read_bytes() for path in found.files}
    third = new_log()
    again = calibrate(toy, third, level=level, runs=5)
    assert (third.started_with, third.done) == ([], [])
    assert {path: path.read_bytes() for path in again.files} == before


def test_enough_runs_are_not_provisional_and_nothing_is_stale(
    toy, new_log, measured, reread
) -> None:
    measured(toy, 60, **SKILLS)
    found = _search(toy, new_log())
    assert found.unexplained == []
    assert stale(reread(toy)) == []
    accuracy, _ = found.metrics
    assert (accuracy.threshold.runs, accuracy.threshold.miss) == (60, 0.005)


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (
            "variants/wrong/unscaled.py",
            '"""X."""\nf = abs\n',
            "changed since: variant wrong/unscal",
        ),
        ("variants/wrong/new.py", '"""X."""\n', "new since: variant wrong/new"),
        ("variants/weakest/few_epochs.py", None, "gone since: variant weakest/few_epochs"),
        ("solution.py", "def f(x):\n    return 1\n", "changed since: reference solution"),
        ("calibration.json", None, "they were not calibrated"),
    ],
)
def test_what_changed_is_named(toy, new_log, measured, reread, path, text, reason) -> None:
    measured(toy, 60, **SKILLS)
    _search(toy, new_log())
    if text is None:
        (toy.reference / path).unlink()
    else:
        (toy.reference / path).write_text(text)
    (told,) = stale(reread(toy))
    assert told.startswith(reason)


def test_changed_tests_specification_and_thresholds_are_noticed(
    toy, new_log, measured, reread
) -> None:
    measured(toy, 60, **SKILLS)
    _search(toy, new_log())
    tests = toy.hidden_tests / "test_hidden.py"
    tests.write_text(tests.read_text().replace("0.02 *", "0.03 *"))
    spec = toy.folder / "assignment.yaml"
    spec.write_text(spec.read_text().replace('"runs": 2', '"runs": 3', 1))
    thresholds = toy.folder / "thresholds.json"
    thresholds.write_text(thresholds.read_text().replace('"full": 0.8', '"full": 0.7'))
    assert stale(reread(toy)) == [
        "changed since: data and metrics of the specification",
        "changed since: tests of metrics",
        "thresholds.json is not what calibration.json found",
    ]


def test_only_what_changed_is_measured_again(toy, new_log, measured, reread) -> None:
    measured(toy, 60, **SKILLS)
    _search(toy, new_log())
    path = toy.reference / "variants" / "wrong" / "unscaled.py"
    path.write_text('"""Changed."""\n')
    log = new_log(interrupt_after=1)
    with pytest.raises(KeyboardInterrupt):
        _search(reread(toy), log, jobs=1)
    assert (log.started_with, log.done) == ([10], ["wrong/unscaled"])


def test_known_mistakes_that_earn_much_need_a_reason(toy, new_log, measured, reread) -> None:
    skills = {**SKILLS, "unscaled": 0.84}
    measured(toy, 60, **skills)
    (named,) = _search(toy, new_log()).unexplained
    assert named.name == "wrong/unscaled"
    path = toy.reference / "variants" / "wrong" / "unscaled.py"
    path.write_text('"""Forgets.\n\nEarns points because: it hardly matters here."""\n')
    measured(reread(toy), 60, **skills)
    assert _search(reread(toy), new_log()).unexplained == []


def test_scores_that_are_not_normal_take_more_runs(toy, new_log, measured) -> None:
    measured(toy, 60, **SKILLS)
    variants = {one.name: one for one in find_variants(toy)}
    record = Record(toy, list(variants.values()))
    drawn = np.random.default_rng(0).exponential(0.02, size=60)
    for run, late in enumerate(drawn.tolist()):
        scores = {"accuracy": (0.9 - late,) * 4, "loss": (0.1 + late / 2,) * 4}
        record.add(Measured("right/other", run, scores, "", {}))
    log = new_log(interrupt_after=1)
    with pytest.raises(KeyboardInterrupt):
        _search(toy, log, jobs=1)
    assert log.extensions == [("right/other", 736)]  # 99.5 % at 97.5 %, since there are two metrics
    assert log.started_with == [676]


def test_a_right_solution_that_fails_is_an_error_and_a_wrong_one_earns_nothing(
    toy, new_log, measured, reread
) -> None:
    measured(toy, 60, **SKILLS)
    wrong = toy.reference / "variants" / "wrong" / "unscaled.py"
    wrong.write_text('"""Raises."""\ndef f(x):\n    raise ValueError("no")\n')
    found = _search(reread(toy), new_log(), runs=5, jobs=2)
    (earned,) = [one for v, one in found.earnings.items() if v.role is Role.WRONG]
    assert (earned.total, earned.failures) == (0, 5)
    right = toy.reference / "variants" / "right" / "other.py"
    right.write_text('"""Raises."""\ndef f(x):\n    raise ValueError("no")\n')
    with pytest.raises(
        SpecError, match=r"cannot be measured: Accuracy: .*ValueError: no"
    ) as caught:
        _search(reread(toy), new_log(), jobs=1)
    assert caught.value.where == str(right)


def test_a_test_that_is_wrong_is_the_authors_fault(toy, new_log, reread) -> None:
    tests = toy.hidden_tests / "test_hidden.py"
    tests.write_text(
        tests.read_text().replace("metric.score(lambda number:", "metric.score(lambda:")
    )
    with pytest.raises(SpecError, match="takes 0 positional arguments"):
        _search(reread(toy), new_log(), jobs=1)


def test_without_metrics_there_is_nothing_to_do(course, new_log) -> None:
    plain = course.assignment(
        "@pytest.mark.points(10)\ndef test_f(submission):\n    '''F.'''\n", reference="f = abs\n"
    )
    with pytest.raises(UsageError, match="toy has no metrics"):
        _search(plain, new_log())
    assert stale(plain) == []
