"""Folder -> assignment: finding a course, reading a specification, the digest."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from grader.catalog import find_course, load_assignment, starter_checks
from grader.errors import SpecError, UsageError
from grader.model import Assignment, Example, Limits, Member

SPEC = """\
title: Neurons
summary: One neuron.
points: 10.5
allowed_imports: [numpy, matplotlib]
limits: {call_seconds: 2}
dates: {due: 2027-01-15T23:59:00Z}
interface:
  Neuron:
    kind: class
    signature: (rate=0.5)
    parameters: {rate: "learning rate, float > 0"}
    members:
      fit: {signature: "(X, y)", summary: Trains., parameters: {X: "(n, 2) floats"}, returns: self}
      weights: {summary: "(3,) floats"}
      bias:
    example: {call: "Neuron().fit([[0, 1]], [1]).bias", answer: "0.5"}
  sigmoid:
    signature: (z)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of one assignment, ``neurons``, with its reference."""
    root = tmp_path / "course"
    folder = root / "assignments" / "neurons"
    for part in ("public", "hidden"):
        (folder / "tests" / part).mkdir(parents=True)
        (folder / "tests" / part / f"test_{part}.py").write_text("def test_x(): ...\n")
    (folder / "assignment.yaml").write_text(SPEC)
    (folder / "README.md").write_text("# Neurons\n")
    (root / "reference" / "neurons").mkdir(parents=True)
    (root / "reference" / "neurons" / "solution.py").write_text("x = 1\n")
    return root


def _assignment(root: Path) -> Assignment:
    return find_course(root).assignment("neurons")


# --- the course ------------------------------------------------------------------------------


def test_a_course_lists_its_folders_but_no_hidden_ones(root: Path) -> None:
    for name in ("backprop", ".git", "__pycache__"):
        (root / "assignments" / name).mkdir()
    (root / "assignments" / "notes.txt").write_text("")
    course = find_course(root)
    assert course.ids == ("backprop", "neurons")
    assert course.root == root.resolve()


def test_a_folder_without_a_specification_is_an_error_and_not_skipped(root: Path) -> None:
    (root / "assignments" / "backprop").mkdir()
    with pytest.raises(SpecError, match=r"assignments/backprop/assignment\.yaml: the file is miss"):
        find_course(root).assignment("backprop")


def test_the_option_comes_before_the_variable_before_the_current_folder(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, variable = tmp_path / "here", tmp_path / "variable"
    for course in (here, variable):
        (course / "assignments").mkdir(parents=True)
    monkeypatch.setenv("GRADER_COURSE", str(variable))
    monkeypatch.chdir(here)
    assert find_course(root).root == root.resolve()
    assert find_course().root == variable.resolve()
    monkeypatch.delenv("GRADER_COURSE")
    assert find_course().root == here.resolve()


def test_a_course_is_found_from_a_folder_deep_inside_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(root / "assignments" / "neurons" / "tests")
    assert find_course().ids == ("neurons",)


def test_what_is_no_course_is_refused_by_the_name_of_who_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"--course: .* is not a course"):
        find_course(tmp_path)
    monkeypatch.setenv("GRADER_COURSE", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match=r"GRADER_COURSE: .*nowhere is not a course"):
        find_course()
    monkeypatch.delenv("GRADER_COURSE")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no course found"):
        find_course()


@pytest.mark.parametrize("name", ["../neurons", ".", "", "wine"])
def test_an_unknown_assignment_is_refused_with_those_known(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="Known assignments: neurons"):
        find_course(root).assignment(name)


def test_an_unknown_assignment_is_refused_with_the_nearest(root: Path) -> None:
    with pytest.raises(UsageError, match=r'"nuerons", did you mean "neurons"\?'):
        find_course(root).assignment("nuerons")


# --- the specification -----------------------------------------------------------------------


def test_a_specification_becomes_an_assignment(root: Path) -> None:
    assignment = _assignment(root)
    assert assignment.id == "neurons"
    assert assignment.points == Decimal("10.5")
    assert assignment.allowed_imports == ("numpy", "matplotlib")
    assert assignment.limits == Limits(call_seconds=2)
    assert assignment.dates.due == datetime(2027, 1, 15, 23, 59, tzinfo=UTC)
    assert assignment.folder == root.resolve() / "assignments" / "neurons"
    assert assignment.reference == root.resolve() / "reference" / "neurons"
    assert [entry.name for entry in assignment.interface] == ["Neuron", "sigmoid"]
    neuron = assignment.entry("Neuron")
    assert neuron is not None
    assert neuron.kind == "class"
    assert neuron.example == Example(call="Neuron().fit([[0, 1]], [1]).bias", answer="0.5")
    assert neuron.members == (
        Member(
            name="fit",
            signature="(X, y)",
            summary="Trains.",
            parameters={"X": "(n, 2) floats"},
            returns="self",
        ),
        Member(name="weights", summary="(3,) floats"),
        Member(name="bias"),
    )


def test_students_hold_no_reference_and_no_hidden_tests(root: Path) -> None:
    folder = root / "assignments" / "neurons"
    (folder / "tests" / "hidden" / "test_hidden.py").unlink()
    assignment = load_assignment(folder, reference=None)
    assert assignment.reference is None


def test_all_problems_are_told_at_once_with_file_line_and_field(root: Path) -> None:
    spec = (
        SPEC.replace("call_seconds: 2", 'call_seconds: "ten"')
        .replace("summary: One", "sumary: One")
        .replace("returns: self", "return: self")
        .replace("signature: (z)", "signature: (z")
        .replace("kind: class", "kind: klass")
    )
    (root / "assignments" / "neurons" / "assignment.yaml").write_text(spec)
    with pytest.raises(SpecError) as caught:
        _assignment(root)
    file = "assignments/neurons/assignment.yaml"
    lines = str(caught.value).splitlines()
    assert f'{file}:2: sumary: unknown field, did you mean "summary"?' in lines
    assert f'{file}:5: limits.call_seconds: expected a positive number, found "ten"' in lines
    assert (
        f"{file}:9: interface.Neuron.kind: expected 'function' or 'class', found \"klass\"" in lines
    )
    assert (
        f'{file}:13: interface.Neuron.members.fit.return: unknown field, did you mean "returns"?'
        in lines
    )
    assert any(line.startswith(f"{file}:18: interface.sigmoid.signature: ") for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: Neurons\n", "", "yaml:1: title: this field is required and missing"),
        ("title: Neurons", "title: 5", "yaml:1: title: expected text (put it in quotes), found 5"),
        ("title: Neurons", "title: A\ntitle: B", "yaml:2: title: written twice, first on line 1"),
        ("title: Neurons", "title: A\nid: b", "yaml:2: id: this field is computed; remove it"),
        ("10.5", "-1", "yaml:3: points: expected a number of at least 0, found -1"),
        ("10.5", "true", "yaml:3: points: expected a finite number, found true"),
        ("10.5", ".nan", "yaml:3: points: expected a finite number, found nan"),
        ("[numpy, matplotlib]", "numpy", 'yaml:4: allowed_imports: expected a list, found "numpy"'),
        (
            "allowed_imports",
            "files: [../a.csv]\nallowed_imports",
            "yaml:4: files[0]: expected a path inside the assignment's folder that students are",
        ),
        ("allowed_imports", "files: [tests/a.csv]\nallowed_imports", "files[0]: expected a path"),
        ("allowed_imports", "files: [/a.csv]\nallowed_imports", "files[0]: expected a path"),
        ("allowed_imports", "files: [a.csv]\nallowed_imports", "a.csv, which `files` names, is"),
        ("{call_seconds: 2}", "2", "yaml:5: limits: expected a mapping of fields, found 2"),
        ("{call_seconds: 2}", "{memory_mb: 0}", "limits.memory_mb: expected a positive whole numb"),
        ("due: 2027-01-15T23:59:00Z", "due: 2027-13-15", "yaml:6: dates.due: expected a date and"),
        ("      bias:\n", "      bias: 5\n", "members.bias: expected a mapping of fields, found 5"),
        ('{summary: "(3,) floats"}', "{members: }", "members.weights.members: unknown field"),
        ("sigmoid:\n    signature: (z)", "sigmoid: (z)", "interface.sigmoid: expected a mapping"),
        ('answer: "0.5"', "answer: 0.5", "example.answer: expected text (put it in quotes)"),
        (', answer: "0.5"', "", "example.answer: this field is required and missing"),
    ],
)
def test_each_wrong_field_is_told(root: Path, old: str, new: str, message: str) -> None:
    assert SPEC.count(old) == 1
    (root / "assignments" / "neurons" / "assignment.yaml").write_text(SPEC.replace(old, new))
    with pytest.raises(SpecError) as caught:
        _assignment(root)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("assignments/neurons/README.md", "README.md, the handout, is missing"),
        ("reference/neurons/solution.py", "the reference solution is missing: "),
    ],
)
def test_a_missing_file_is_told(root: Path, missing: str, message: str) -> None:
    (root / missing).unlink()
    with pytest.raises(SpecError, match=f"assignments/neurons: {message}"):
        _assignment(root)


def test_an_assignment_without_tests_is_refused(root: Path) -> None:
    for path in (root / "assignments" / "neurons" / "tests").rglob("test_*.py"):
        path.unlink()
    with pytest.raises(SpecError, match="assignments/neurons: there are no tests"):
        _assignment(root)


def test_a_folder_that_cannot_name_a_module_is_refused(root: Path) -> None:
    (root / "assignments" / "neurons").rename(root / "assignments" / "week-1")
    with pytest.raises(SpecError, match="such as linear_model"):
        find_course(root).assignment("week-1")


# --- the digest ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        "assignments/neurons/assignment.yaml",
        "assignments/neurons/tests/public/test_public.py",
        "assignments/neurons/tests/hidden/test_hidden.py",
        "assignments/neurons/tests/hidden/rows.csv",
        "reference/neurons/solution.py",
        "reference/neurons/torch/variant.py",
    ],
)
def test_what_can_change_a_grade_changes_the_digest(root: Path, changed: str) -> None:
    before = _assignment(root).digest
    path = root / changed
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "# more\n")
    assert _assignment(root).digest != before


@pytest.mark.parametrize(
    "changed",
    [
        "assignments/neurons/README.md",
        "assignments/neurons/starter/neurons.py",
        "assignments/neurons/tests/hidden/__pycache__/test_hidden.pyc",
        "assignments/neurons/tests/.cache/x",
        "reference/neurons/.solution.py.swp",
    ],
)
def test_what_cannot_change_a_grade_leaves_the_digest(root: Path, changed: str) -> None:
    before = _assignment(root).digest
    path = root / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("something else\n")
    assert _assignment(root).digest == before


def test_a_renamed_or_divided_file_changes_the_digest(root: Path) -> None:
    hidden = root / "assignments" / "neurons" / "tests" / "hidden"
    before = _assignment(root).digest
    (hidden / "test_hidden.py").rename(hidden / "test_other.py")
    renamed = _assignment(root).digest
    (hidden / "test_other.py").write_text("def test_x(): ")
    (hidden / "test_p.py").write_text("...\n")
    assert len({before, renamed, _assignment(root).digest}) == 3


def test_line_ends_of_text_do_not_count_but_those_of_data_do(root: Path) -> None:
    before = _assignment(root).digest
    for path in [*root.rglob("*.py"), *root.rglob("*.yaml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert _assignment(root).digest == before
    data = root / "assignments" / "neurons" / "tests" / "rows.npy"
    data.write_bytes(b"\0\r\n")
    with_carriage_return = _assignment(root).digest
    data.write_bytes(b"\0\n")
    assert _assignment(root).digest != with_carriage_return


def test_the_digest_does_not_depend_on_where_the_course_lies(root: Path, tmp_path: Path) -> None:
    before = _assignment(root).digest
    assert _assignment(root.rename(tmp_path / "moved")).digest == before


# --- the starter's check cells ---------------------------------------------------------------


def test_check_cells_are_found_by_their_id(root: Path) -> None:
    assignment = _assignment(root)
    assert starter_checks(assignment) == {}
    (assignment.folder / "starter").mkdir()
    role = {"grader": {"role": "check"}}
    cells = [
        {"id": "a", "metadata": role, "source": ["import grader\n", "grader.check()"]},
        {"id": "b", "metadata": role, "source": "grader.check()"},
        {"id": "c", "metadata": {}, "source": "x = 1"},
    ]
    path = assignment.folder / "starter" / "neurons.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert starter_checks(assignment) == {
        "a": "import grader\ngrader.check()",
        "b": "grader.check()",
    }


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": [5]}', '{"cells": [{}]}'])
def test_a_starter_that_is_no_notebook_is_refused(root: Path, text: str) -> None:
    assignment = _assignment(root)
    (assignment.folder / "starter").mkdir()
    (assignment.folder / "starter" / "neurons.ipynb").write_text(text)
    with pytest.raises(SpecError, match="grader release neurons"):
        starter_checks(assignment)


def test_a_file_that_submissions_are_given_belongs_to_the_digest(root: Path) -> None:
    folder = root / "assignments" / "neurons"
    spec = SPEC.replace("allowed_imports", "files: [data/a.csv]\nallowed_imports", 1)
    (folder / "assignment.yaml").write_text(spec)
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("1")
    first = _assignment(root)
    (folder / "data" / "a.csv").write_text("2")
    assert first.files == ("data/a.csv",)
    assert _assignment(root).digest != first.digest


# --- metrics and their thresholds --------------------------------------------------------------

METRICS = """\
data: {name: wine, train: 899, valid: 300, test: 10000}
metrics:
  accuracy: {title: Accuracy, points: 4, hint: Train longer.}
  log_loss: {title: Log loss, points: 6, better: lower, runs: 5}
"""


def _threshold(zero: float, full: float) -> dict[str, object]:
    rest = {"miss": 0.005, "confidence": 0.95, "method": "normal tolerance bound", "runs": 60}
    return {"zero": zero, "full": full, **rest}


THRESHOLDS = {"accuracy": _threshold(0.55, 0.75), "log_loss": _threshold(0.69, 0.52)}


@pytest.fixture
def measured(root: Path) -> Path:
    """The assignment's folder; it has two metrics, and their thresholds."""
    folder = root / "assignments" / "neurons"
    (folder / "assignment.yaml").write_text(SPEC + METRICS)
    (folder / "thresholds.json").write_text(json.dumps(THRESHOLDS))
    return folder


def test_metrics_have_their_thresholds(root: Path, measured: Path) -> None:
    assignment = _assignment(root)
    assert assignment.data is not None
    assert (assignment.data.name, assignment.data.train) == ("wine", 899)
    accuracy, log_loss = assignment.metrics
    assert (accuracy.name, accuracy.points, accuracy.better, accuracy.runs) == (
        "accuracy",
        4,
        "higher",
        3,
    )
    assert (log_loss.better, log_loss.runs, log_loss.hint) == ("lower", 5, "")
    assert accuracy.threshold is not None
    assert accuracy.threshold.model_dump() == THRESHOLDS["accuracy"]
    assert assignment.metric("log_loss") == log_loss
    assert assignment.metric("loss") is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the metrics of this assignment have no thresholds yet"),
        ("{", "these are no thresholds: Invalid JSON"),
        ("{}", "it says nothing of accuracy"),
        ('{"accuracy": 0.7}', "these are no thresholds"),
        (
            json.dumps({**THRESHOLDS, "log_loss": _threshold(0.5, 0.6)}),
            "log_loss: full, 0.6, is not better than zero, 0.5, where lower is better",
        ),
    ],
)
def test_without_thresholds_the_remedy_is_to_calibrate(
    root: Path, measured: Path, content: str | None, message: str
) -> None:
    if content is None:
        (measured / "thresholds.json").unlink()
    else:
        (measured / "thresholds.json").write_text(content)
    with pytest.raises(SpecError, match=r"neurons/thresholds\.json") as caught:
        _assignment(root)
    assert message in str(caught.value)
    assert "grader calibrate neurons" in caught.value.remedy


@pytest.mark.parametrize("content", [None, "{}"])
def test_what_is_to_be_calibrated_needs_no_thresholds(
    root: Path, measured: Path, content: str | None
) -> None:
    (measured / "thresholds.json").unlink()
    if content:
        (measured / "thresholds.json").write_text(content)
    assignment = find_course(root).assignment("neurons", calibrated=False)
    assert [metric.threshold for metric in assignment.metrics] == [None, None]


def test_wrong_fields_of_metrics_and_data_have_their_lines(root: Path, measured: Path) -> None:
    spec = SPEC + METRICS.replace("train: 899", "train: 0").replace("runs: 5", "runs: 0")
    (measured / "assignment.yaml").write_text(spec.replace("better: lower", "beter: lower"))
    first = len(SPEC.splitlines()) + 1
    with pytest.raises(SpecError) as caught:
        _assignment(root)
    told = str(caught.value)
    assert f"{first}: data.train: expected a positive whole number, found 0" in told
    assert f"{first + 3}: metrics.log_loss.runs: expected a whole number of at least 1" in told
    assert 'metrics.log_loss.beter: unknown field, did you mean "better"?' in told


def test_thresholds_belong_to_the_digest_and_how_they_were_found_does_not(
    root: Path, measured: Path
) -> None:
    before = _assignment(root).digest
    reference = root / "reference" / "neurons"
    (reference / "variants" / "wrong").mkdir(parents=True)
    (reference / "variants" / "wrong" / "constant.py").write_text("")
    (reference / "calibration.json").write_text("{}")
    assert _assignment(root).digest == before
    changed = {**THRESHOLDS, "accuracy": _threshold(0.55, 0.76)}
    (measured / "thresholds.json").write_text(json.dumps(changed))
    assert _assignment(root).digest != before
