"""Every submission of the sample class gets exactly the score that is declared beside it.

Of a metric an interval is declared, because another version of a framework trains another model;
all else is exact.

The class is graded in file order and backwards by the command's own pipeline, and every test of
every submission once by itself; all three must agree. Where training takes seconds, only those
submissions that say ``orders: true`` are graded backwards and test by test; elsewhere all but those
that say ``orders: false``, because each of their tests ends at a deadline.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from grader.batch import Silent, grade_round
from grader.catalog import find_course, starter_checks
from grader.model import Assignment, Grade, GradeStatus
from grader.pipeline import Rules, collected_tests, grade_submission
from grader.sandbox import NurseryAddress, choose_level, connect, open_nursery
from grader.submission import Attempt, discover, read

ROOT = Path(__file__).resolve().parents[2]


class SampleClass:
    """One sample class: its assignment, its attempts, and what is declared about them."""

    def __init__(self, name: str) -> None:
        self.folder = ROOT / "examples" / "class" / name
        self.assignment: Assignment = find_course(ROOT).assignment(name)
        self.attempts = discover([self.folder], assignment=name)
        self.expected = yaml.safe_load((self.folder / "expected.yaml").read_text("utf-8"))

    def declared(self, grade: Grade) -> dict:
        return self.expected[self.entry(grade.submission, grade.student)]

    def entry(self, submission: str, student: str) -> str:
        """The name in ``expected.yaml`` of what lies in the class folder."""
        for attempt in self.attempts:
            if attempt.student == student:
                return attempt.path.relative_to(self.folder).parts[0]
        raise AssertionError(f"{submission} of {student} is not in the class")

    def in_other_orders(self) -> list[Attempt]:
        """The attempts that are graded backwards and test by test."""
        usually = not self.assignment.metrics
        return [
            attempt
            for attempt in self.attempts
            if self.expected[attempt.path.relative_to(self.folder).parts[0]].get("orders", usually)
        ]

    def grade(
        self, attempts: Sequence[Attempt], output: Path, *, backwards: bool = False
    ) -> dict[str, Grade]:
        done = grade_round(
            attempts,
            self.assignment,
            Rules(backwards=backwards),
            output,
            Silent(),
            level=choose_level(),
        )
        return dict(done.grades)


def interval(declared: float | list[float]) -> tuple[float, float]:
    """Return both ends of what is declared: a number, or an interval with its ends."""
    low, high = declared if isinstance(declared, list) else (declared, declared)
    return low, high


def within(
    found: dict[str, float | None],
    declared: dict[str, float | list[float]],
    *,
    otherwise: float | None = None,
) -> bool:
    """Tell whether every number is as declared; where one side has none, it is ``otherwise``."""
    for name in found.keys() | declared.keys():
        value, wanted = found.get(name, otherwise), declared.get(name, otherwise)
        if value is None or wanted is None:
            return False
        low, high = interval(wanted)
        if not low <= value <= high:
            return False
    return True


class SampleClassTests:
    """What is true of every sample class; one subclass, in a module of its own, for each."""

    name: str

    @pytest.fixture(scope="class")
    @classmethod
    def sample(cls) -> SampleClass:
        return SampleClass(cls.name)

    @pytest.fixture(scope="class")
    @classmethod
    def grades(
        cls, sample: SampleClass, tmp_path_factory: pytest.TempPathFactory
    ) -> dict[str, Grade]:
        return sample.grade(sample.attempts, tmp_path_factory.mktemp("forwards"))

    def test_class_is_large_and_varied(self, sample: SampleClass) -> None:
        scores = [interval(entry["score"]) for entry in sample.expected.values()]
        trains = bool(sample.assignment.metrics)  # training takes time, so there are fewer samples
        assert len(scores) >= (12 if trains else 24)
        assert scores.count((100, 100)) >= (3 if trains else 8)
        assert sum(low > 0 and high < 100 for low, high in scores) >= (4 if trains else 8)
        if not trains:
            assert sum("problem" in entry for entry in sample.expected.values()) >= 4

    def test_every_submission_has_a_row_and_every_row_a_submission(
        self, sample: SampleClass, grades: dict[str, Grade]
    ) -> None:
        entries = {sample.entry(grade.submission, grade.student) for grade in grades.values()}
        assert entries == set(sample.expected)

    def test_scores_are_as_declared(self, sample: SampleClass, grades: dict[str, Grade]) -> None:
        wrong = {}
        for key, grade in grades.items():
            declared = sample.declared(grade)
            lost = {
                verdict.id: round(float(verdict.max_points - verdict.points), 4)
                for verdict in grade.verdicts
                if verdict.points < verdict.max_points
            }
            if "problem" in declared:
                found = (grade.score, grade.status, declared["problem"] in grade.problem)
                if found != (0, GradeStatus.UNREADABLE, True):
                    wrong[key] = (*found, grade.problem)
            elif not (
                within(lost, declared.get("lost", {}), otherwise=0)
                and within({"score": round(float(grade.score), 4)}, {"score": declared["score"]})
            ):
                wrong[key] = (float(grade.score), lost)
        assert wrong == {}

    def test_metrics_are_within_their_intervals(
        self, sample: SampleClass, grades: dict[str, Grade]
    ) -> None:
        wrong = {}
        for key, grade in grades.items():
            values = {v.metric.name: v.metric.value for v in grade.verdicts if v.metric}
            declared = sample.declared(grade).get("metrics", {})
            if not within({name: values.get(name) for name in declared}, declared):
                wrong[key] = values
        assert wrong == {}

    def test_only_what_a_metric_decides_is_declared_as_an_interval(
        self, sample: SampleClass
    ) -> None:
        measured = {test.id for test in collected_tests(sample.assignment, Rules()) if test.metric}
        for name, entry in sample.expected.items():
            open_ = {test for test, lost in entry.get("lost", {}).items() if isinstance(lost, list)}
            assert open_ <= measured, name
            low, high = interval(entry["score"])
            spread = [interval(lost) for lost in entry.get("lost", {}).values()]
            most, least = (100 - sum(side) for side in zip((0, 0), *spread, strict=True))
            assert (low, high) == pytest.approx((least, most)) or "problem" in entry, name

    def test_points_are_conserved(self, sample: SampleClass, grades: dict[str, Grade]) -> None:
        for grade in grades.values():
            lost = (
                sum((v.max_points - v.points for v in grade.verdicts), Decimal(0)) - grade.pending
            )
            assert grade.score + lost + grade.pending == sample.assignment.points
            assert grade.status in (GradeStatus.GRADED, GradeStatus.UNREADABLE)

    def test_what_was_recovered_and_what_is_explained(
        self, sample: SampleClass, grades: dict[str, Grade]
    ) -> None:
        for key, grade in grades.items():
            declared = sample.declared(grade)
            codes = {notice.code for notice in grade.warnings}
            assert set(declared.get("warnings", ())) <= codes, key
            messages = {verdict.id: verdict.message for verdict in grade.verdicts}
            for test, fragment in declared.get("message", {}).items():
                assert fragment in messages[test], (key, test, messages[test])

    def test_backwards_the_verdicts_are_the_same(
        self, sample: SampleClass, grades: dict[str, Grade], tmp_path: Path
    ) -> None:
        attempts = sample.in_other_orders()
        assert len(attempts) >= 2
        backwards = _points(sample.grade(attempts, tmp_path, backwards=True))
        forwards = _points(grades)
        assert backwards == {key: forwards[key] for key in backwards}

    def test_one_by_one_the_verdicts_are_the_same(
        self, sample: SampleClass, grades: dict[str, Grade]
    ) -> None:
        tests = [test.id for test in collected_tests(sample.assignment, Rules())]
        latest = {attempt.student: attempt for attempt in sample.in_other_orders()}
        graded = {grade.student: grade for grade in grades.values()}
        readable = {
            student: attempt
            for student, attempt in latest.items()
            if graded[student].status is not GradeStatus.UNREADABLE
        }
        context = multiprocessing.get_context("forkserver")
        with (
            open_nursery(choose_level()) as nursery,
            ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool,
        ):
            alone = {
                student: pool.submit(_one_by_one, sample.assignment, attempt, tests, nursery)
                for student, attempt in readable.items()
            }
            for student, points in alone.items():
                expected = {v.id: v.points for v in graded[student].verdicts}
                assert points.result() == expected, student


def _one_by_one(
    assignment: Assignment, attempt: Attempt, tests: list[str], nursery: NurseryAddress
) -> dict[str, Decimal]:
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    points = {}
    with connect(nursery) as sandbox:
        for test in tests:
            rules = Rules(only=(test,))
            grade = grade_submission(submission, assignment, rules, sandbox=sandbox).grade
            (verdict,) = grade.verdicts
            points[test] = verdict.points
    return points


def _points(grades: dict[str, Grade]) -> dict[str, list[tuple[str, Decimal, str]]]:
    return {
        key: [(v.id, v.points, v.status.value) for v in grade.verdicts]
        for key, grade in grades.items()
    }
