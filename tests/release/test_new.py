"""New assignments from the template are complete."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import grader.release
from grader.calibration import ENOUGH_RUNS, stale
from grader.calibration.variants import Role, as_submission, find_variants
from grader.catalog import find_course
from grader.checks.runner import collect
from grader.errors import UsageError
from grader.pipeline import Rules, grade_submission, load_reference
from grader.release import make_starter, new_assignment

TEMPLATE = Path(grader.release.__file__).parent / "template"


@pytest.mark.parametrize("metric", [False, True])
def test_a_new_assignment_is_read_and_its_starter_made(tmp_path, metric):
    written = new_assignment(tmp_path, "logit", "", metric=metric)
    assignment = find_course(tmp_path).assignment("logit")
    assert assignment.title == "Logit"
    assert len(make_starter(assignment).files) == 2
    tests = [test.id for test in collect(assignment)]
    plain = ["test_sigmoid", "test_predict_proba", "test_train_lowers_the_loss"]
    assert sorted(tests) == sorted(
        [*plain, *(["test_accuracy_on_rows_never_seen"] if metric else [])]
    )
    assert [one.name for one in assignment.metrics] == (["accuracy"] if metric else [])
    for path in written:
        assert not {"@", ".template"} & {*path.name}
        assert "@ID@" not in path.read_text(encoding="utf-8")
        assert "@TITLE@" not in path.read_text(encoding="utf-8")


def test_solutions_of_the_template_earn_what_they_deserve(tmp_path):
    new_assignment(tmp_path, "logit", "", metric=True)
    assignment = find_course(tmp_path).assignment("logit")
    [metric] = assignment.metrics
    assert metric.threshold is not None
    assert metric.threshold.runs >= ENOUGH_RUNS
    variants = find_variants(assignment)
    assert {variant.role for variant in variants} == {*Role}
    for variant in variants:
        for secret in ("autumn", "spring"):
            graded = grade_submission(
                as_submission(variant, assignment), assignment, Rules(secret=secret)
            ).grade
            earned = {verdict.id: float(verdict.points) for verdict in graded.verdicts}
            if variant.role.deserves_full_marks:
                assert earned["test_accuracy_on_rows_never_seen"] == 4, (variant.name, secret)
            else:
                assert earned["test_accuracy_on_rows_never_seen"] == 0, (variant.name, secret)
        if variant.name == "solution":
            assert graded.score == graded.max_score == 14


def test_thresholds_of_the_template_are_current(tmp_path):
    new_assignment(tmp_path, "other_id", "", metric=True)
    assert stale(find_course(tmp_path).assignment("other_id")) == []
    # The record was made with this id, so that here nothing may have been renewed.
    new_assignment(tmp_path, "logit", "", metric=True)
    renewed = (tmp_path / "reference" / "logit" / "calibration.json").read_text()
    record = TEMPLATE / "metric" / "reference" / "calibration.json.template"
    assert renewed == record.read_text().replace("@ID@", "logit"), (
        "calibrate an assignment `logit` made by `grader new logit --metric`, and take its "
        "thresholds.json and calibration.json into the template"
    )


def test_examples_of_the_interface_hold(tmp_path):
    new_assignment(tmp_path, "logit", "", metric=False)
    assignment = find_course(tmp_path).assignment("logit")
    names = {**load_reference(assignment), "np": np}
    examples = [entry.example for entry in assignment.interface if entry.example is not None]
    assert len(examples) == 2
    for example in examples:
        np.testing.assert_allclose(eval(example.call, names), eval(example.answer, names))


@pytest.mark.parametrize("title", ['A "title": #1', "Größe\n of {it}", "- no list"])
def test_any_title_is_kept(tmp_path, title):
    new_assignment(tmp_path, "logit", title, metric=False)
    assignment = find_course(tmp_path).assignment("logit")
    assert assignment.title == " ".join(title.split())
    assert make_starter(assignment)


def test_nothing_is_overwritten(tmp_path):
    first = new_assignment(tmp_path, "logit", "First", metric=False)
    before = {path: path.read_bytes() for path in first}
    with pytest.raises(UsageError, match="nothing is overwritten"):
        new_assignment(tmp_path, "logit", "Second", metric=True)
    (tmp_path / "reference" / "other").mkdir()
    with pytest.raises(UsageError, match="nothing is overwritten") as caught:
        new_assignment(tmp_path, "other", "", metric=True)
    assert caught.value.where == str(tmp_path / "reference" / "other")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["3x", "a-b", "class", "", "../x", "größe"])
def test_an_id_that_cannot_be_a_module_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="cannot be an assignment's id"):
        new_assignment(tmp_path, name, "", metric=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        new_assignment(tmp_path / "file" / "course", "logit", "", metric=False)
