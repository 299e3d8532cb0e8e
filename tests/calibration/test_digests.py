"""What makes thresholds out of date, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.calibration.digests import digest_of, digests

TEXT = """
    LIMIT = 3
    OTHER = 4

    def helper(x):
        # how it is done
        return x + LIMIT

    @pytest.fixture
    def prepared(rng):
        return rng.normal()

    @pytest.mark.points(2)
    def test_before(submission):
        '''Has to work first.'''
        assert submission.f(0) == 0

    @pytest.mark.points(2)
    def test_other(submission):
        '''Has nothing to do with it.'''
        assert submission.f(OTHER) == OTHER

    @pytest.mark.metric("accuracy")
    @pytest.mark.depends_on("test_before")
    def test_accuracy(submission, metric, prepared):
        '''Measured.'''
        metric.score(lambda number: helper(prepared))
"""
METRICS = {"accuracy": {"title": "Accuracy", "points": 6, "runs": 2}}


def _digests(course, text: str = TEXT, **fields):
    fields = {"metrics": METRICS, "reference": "def f(x):\n    return x\n", **fields}
    return digests(course.assignment(text, calibrated=False, **fields))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# how it is done", "# how it is done, in other words"),
        ("OTHER = 4", "OTHER = 5"),
        ("Has nothing to do with it.", "Still nothing."),
        ("def test_other", "\n\n    def test_another"),
    ],
)
def test_what_no_metric_uses_does_not_count(course, old: str, new: str) -> None:
    assert _digests(course, TEXT.replace(old, new)) == _digests(course)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 2"),
        ("return x + LIMIT", "return x - LIMIT"),
        ("rng.normal()", "rng.uniform()"),
        ("submission.f(0) == 0", "submission.f(1) == 1"),
        ("helper(prepared))", "helper(0))"),
    ],
)
def test_what_a_metric_uses_counts(course, old: str, new: str) -> None:
    before, after = _digests(course), _digests(course, TEXT.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == {"tests of metrics"}


def test_helper_files_count_whole(course) -> None:
    before = _digests(course, files={"tests/hidden/shared.py": "X = 1\n"})
    after = _digests(course, files={"tests/hidden/shared.py": "X = 2\n"})
    assert before["tests of metrics"] != after["tests of metrics"]


def test_of_the_specification_data_and_runs_count_and_words_do_not(course) -> None:
    name = "data and metrics of the specification"

    def told(**fields):
        return _digests(course, metrics={"accuracy": {**METRICS["accuracy"], **fields}})[name]

    assert told(title="Share of right answers", hint="Train longer.") == told()
    assert told(runs=3) != told()
    assert told(better="lower") != told()
    data = {"name": "digits", "train": 10, "valid": 5, "test": 5}
    assert _digests(course, data=data)[name] != told()


def test_rows_of_a_twin_count(course, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"name": "wine", "train": 50, "valid": 10, "test": 20}
    before = _digests(course, data=data)
    assert "rows of the twin" in before
    assert before == _digests(course, data=data)
    more = _digests(course, data={**data, "test": 21})
    assert more["rows of the twin"] != before["rows of the twin"]


def test_comments_of_a_module_do_not_count(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        path = tmp_path / "solution.py"
        path.write_text(text)
        return digest_of(path)

    plain = digest("def f(x):\n    return x\n")
    assert digest("# %% [markdown]\n# Text.\n\ndef f(x):\n\n    # why\n    return x  \n") == plain
    assert digest("def f(x):\n    return 2 * x\n") != plain
