"""The assignment that CONTRIBUTING.md builds is complete and grades what it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.catalog import find_course
from grader.checks.plugin import SubmissionTests
from grader.model import Grade, GradeStatus, Status


@pytest.fixture(scope="module")
def course(page, run_block, tmp_path_factory) -> Path:
    """The files and commands of the page, in its order, in an empty folder."""
    folder = tmp_path_factory.mktemp("contributing")
    run_block.follow(page("CONTRIBUTING.md"), folder)
    return folder


def _grade(course: Path, student: str) -> Grade:
    return Grade.model_validate_json((course / f"results/{student}.json").read_bytes())


def test_reference_gets_everything(course):
    grade = _grade(course, "reference")
    assert grade.status is GradeStatus.GRADED
    assert grade.score == grade.max_score == 10


def test_starter_gets_nothing(course):
    grade = _grade(course, "starter")
    assert grade.status is GradeStatus.GRADED
    assert grade.score == 0
    assert all("NotImplementedError" in v.message for v in grade.verdicts if v.status == "failed")


def test_wrong_solution_loses_what_it_should_and_is_told_why(course):
    verdicts = {v.id: v for v in _grade(course, "wrong-axis").verdicts}
    assert {name: v.status for name, v in verdicts.items()} == {
        "test_softmax_of_two_rows": Status.FAILED,
        "test_softmax_of_random_scores": Status.SKIPPED,
        "test_cross_entropy": Status.PASSED,
    }
    assert "softmax(z) is wrong at" in verdicts["test_softmax_of_two_rows"].message


def test_what_is_handed_out_is_a_course_that_tells_nothing(course):
    handout = find_course(course / "handout")
    assert handout.ids == ("logit", "softmax")
    for id_ in handout.ids:
        assignment = handout.assignment(id_)
        assert assignment.reference is None
        assert not assignment.hidden_tests.exists()
        assert (assignment.folder / f"{id_}.ipynb").is_file()
    [metric] = handout.assignment("logit").metrics
    assert metric.threshold is not None


def test_the_table_of_a_metric_names_the_files_that_are_there(course, page):
    text = page("CONTRIBUTING.md").path.read_text(encoding="utf-8")
    section = text.partition("### Pay for what a model achieves")[2].partition("\n## ")[0]
    named = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert len(named) == 4
    assert all((course / name).exists() for name in named)


def test_starter_holds_the_docstrings_and_nothing_of_the_solution(course):
    for name in ("softmax.py", "softmax.ipynb"):
        text = (course / "assignments/softmax/starter" / name).read_text(encoding="utf-8")
        assert "keepdims" not in text
        assert "common mistake" not in text
        assert "exp(z_ij) / sum_k exp(z_ik)" in text
        assert "NotImplementedError" in text


def test_examples_of_the_interface_hold_on_the_reference(course):
    import numpy as np

    names: dict[str, object] = {"np": np}
    exec((course / "reference/softmax/solution.py").read_text(encoding="utf-8"), names)
    for entry in find_course(course).assignment("softmax").interface:
        assert entry.example is not None
        found = eval(entry.example.call, names)
        np.testing.assert_allclose(found, eval(entry.example.answer, names))


def test_tables_name_the_fixtures_and_statuses_that_exist(page):
    text = page("CONTRIBUTING.md").path.read_text(encoding="utf-8")
    fixtures = [name for name in vars(SubmissionTests) if name in ("rng", "seed", "submission")]
    for name in (*fixtures, "reference", *(status.value for status in Status)):
        assert f"`{name}`" in text


def test_tables_name_every_check_and_mark(page):
    from grader import checks
    from grader.checks.marks import MARKS

    text = page("CONTRIBUTING.md").path.read_text(encoding="utf-8")
    for name in checks.__all__:
        assert f"`{name}" in text, f"grader.checks.{name} is not described"
    for mark in MARKS:
        assert f"`{mark.partition(':')[0].partition('(')[0]}" in text


def test_results_are_documents(course):
    assert json.loads((course / "results/feedback/starter.json").read_text())["score"] == 0
