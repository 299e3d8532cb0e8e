"""The pytest plugin: fixtures for tests, and what became of each test.

Tests run in the grader's process; the submission is somewhere else. The plugin decides whose
fault an exception is: whatever is not a plain assertion is replayed on the reference solution
with the same seed. If it happens there as well, the test is at fault and not the student.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from grader.checks.credit import collect_credit
from grader.checks.marks import identifier
from grader.checks.measurements import Measure, Measurements
from grader.checks.protocol import run_case, tear_down
from grader.checks.proxy import Call, MissingNameError, SubmissionProxy
from grader.datasets import Split
from grader.errors import (
    DeadlineExceeded,
    SandboxError,
    SpecError,
    StudentError,
    WorkerCrashed,
)
from grader.model import Status, TestCase
from grader.scoring import Outcome
from grader.seeds import derive
from grader.worker.seeding import seed_all

__all__ = ["SubmissionTests"]

_MAX_MESSAGE = 4000
_UNSCORED = (
    "the test passes without a call of metric.score(): add `metric` to its arguments, and score it"
)
_EARNED = (Status.PASSED, Status.PARTIAL, Status.ERRORED)


class SubmissionTests:
    """Runs collected tests against one submission, and then perhaps against another.

    Args:
        tests: what the tests declare, by id; may be filled until the first run.
    """

    def __init__(self, tests: dict[str, TestCase]) -> None:
        self._tests = tests
        self._student: SubmissionProxy
        self._active: SubmissionProxy
        self._make_reference: Callable[[], SubmissionProxy] | None = None
        self._stand_in: SubmissionProxy | None = None
        self._draw_data: Callable[[], Split] | None = None
        self._seed = ""
        self._measurements = Measurements("")
        self._on_test: Callable[[str], None] | None = None
        self._failure: BaseException | None = None
        self.outcomes: dict[str, list[Outcome]] = {}

    def attach(
        self,
        proxy: SubmissionProxy,
        make_reference: Callable[[], SubmissionProxy] | None,
        seed: str,
        on_test: Callable[[str], None] | None = None,
        draw_data: Callable[[], Split] | None = None,
    ) -> None:
        """Begin a run.

        Args:
            proxy: the submission.
            make_reference: makes a proxy over the reference solution; None where there is none,
                as on a student's machine.
            seed: the round's seed, from :func:`grader.seeds.course_seed`.
            on_test: told each test's id when it is finished.
            draw_data: returns the rows of this round; None where the assignment draws none.
        """
        self._draw_data = draw_data
        self._student = self._active = proxy
        self._make_reference = make_reference
        self._stand_in = None
        self._seed = seed
        self._measurements = Measurements(seed)
        self._on_test = on_test
        self.outcomes = {}

    # --- fixtures -----------------------------------------------------------------------------

    @pytest.fixture
    def submission(self) -> SubmissionProxy:
        """The student's work; while a failure is replayed, the reference solution."""
        return self._active

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> SubmissionProxy:
        """The reference solution, to compute expected values with."""
        if self._make_reference is None:
            raise SpecError("there is no reference solution here", where=identifier(request.node))
        reference = self._make_reference()
        reference.begin(self._derive(request.node, "reference"))
        return reference

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """A numpy generator, seeded for this test of this round."""
        return np.random.default_rng(self._derive(request.node, "test"))

    @pytest.fixture
    def seed(self, request: pytest.FixtureRequest) -> int:
        """An integer below 2**31, the same for this test in the whole round."""
        return self._derive(request.node, "fixture") % 2**31

    @pytest.fixture
    def data(self, request: pytest.FixtureRequest) -> Split:
        """The rows that this round drew for the assignment; the same object in all tests."""
        if self._draw_data is None:
            raise SpecError(
                "a test asks for `data`, but the assignment draws none",
                where=identifier(request.node),
                remedy="Name a data set under `data` in assignment.yaml.",
            )
        return self._draw_data()

    @pytest.fixture
    def measure(self, request: pytest.FixtureRequest) -> Measure:
        """Calls a function once per submission, for all tests that share its result."""
        return Measure(
            lambda function, args: self._measurements.get(
                self._active, function, args, lambda: self._begin(request.node)
            )
        )

    # --- running ------------------------------------------------------------------------------

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run one case, replaying it on the reference where the fault is not clear."""
        name = identifier(item)
        began = time.perf_counter()
        skip = self._unmet(self._tests[name])
        metric = None
        if skip:
            outcome = Outcome(status=Status.SKIPPED, fraction=Decimal(0), message=skip)
            tear_down(item, nextitem)
        else:
            with collect_credit() as granted:
                self._run(item, nextitem, self._student)
            metric = granted.metric
            trace = list(self._student.trace)
            if self._failure is None and metric is None and item.get_closest_marker("metric"):
                status, message = Status.ERRORED, _UNSCORED
            else:
                status, message = self._judge(item, nextitem, self._failure, trace)
            if status is Status.PASSED:
                outcome = Outcome(status=status, fraction=Decimal(1))
            elif granted.fraction and status is not Status.ERRORED:
                text = f"{granted.message}\n{message}".strip()
                outcome = Outcome(
                    status=Status.PARTIAL, fraction=granted.fraction, message=_printable(text)
                )
            else:
                outcome = Outcome(status=status, fraction=Decimal(0), message=_printable(message))
        case = getattr(getattr(item, "callspec", None), "id", "")
        duration = round(time.perf_counter() - began, 4)
        self.outcomes.setdefault(name, []).append(
            outcome.model_copy(update={"case": case, "duration": duration, "metric": metric})
        )
        if self._on_test is not None:
            self._on_test(name)
        return True

    def _begin(self, item: pytest.Item) -> None:
        """Seed both sides."""
        seed_all(self._derive(item, "grader"))
        self._active.begin(self._derive(item, "worker"))

    def _run(self, item: pytest.Item, nextitem: pytest.Item | None, proxy: SubmissionProxy) -> None:
        self._active = proxy
        # What a test prints is nobody's business; it must not reach a terminal or a pipe.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            self._failure = run_case(item, nextitem, lambda: self._begin(item))

    def _derive(self, item: pytest.Item, purpose: str) -> int:
        case = getattr(getattr(item, "callspec", None), "id", "")
        return derive(self._seed, purpose, identifier(item), case)

    def _unmet(self, test: TestCase) -> str:
        """Say why a test cannot be run, or return nothing."""
        for needed in test.depends_on:
            outcomes = self.outcomes.get(needed, [])
            if not any(outcome.status in _EARNED for outcome in outcomes):
                return f"skipped, because “{self._tests[needed].title}” has to work first"
        return ""

    # --- judging ------------------------------------------------------------------------------

    def _judge(
        self,
        item: pytest.Item,
        nextitem: pytest.Item | None,
        failure: BaseException | None,
        trace: list[Call],
    ) -> tuple[Status, str]:
        match failure:
            case None:
                return Status.PASSED, ""
            case DeadlineExceeded():
                return Status.TIMEOUT, failure.message
            case WorkerCrashed():
                return Status.CRASHED, failure.message
            case SandboxError():
                return Status.ERRORED, str(failure)
            case SpecError() if self._make_reference is None:
                return Status.ERRORED, str(failure)
            case AssertionError():
                return Status.FAILED, _told(failure) or "the check failed"
            case pytest.skip.Exception():
                return Status.ERRORED, f"the test skipped itself: {failure}"
        return self._replayed(item, nextitem, failure, trace)

    def _replayed(
        self,
        item: pytest.Item,
        nextitem: pytest.Item | None,
        failure: BaseException,
        trace: list[Call],
    ) -> tuple[Status, str]:
        """Run the test on the reference: the fault is the student's only if it passes there."""
        right: list[Call] = []
        if self._make_reference is not None:
            try:
                if self._stand_in is None:
                    self._stand_in = self._make_reference()
            except SpecError as error:
                return Status.ERRORED, str(error)
            self._run(item, nextitem, self._stand_in)
            right = list(self._stand_in.trace)
            if isinstance(self._failure, SpecError):
                return Status.ERRORED, str(self._failure)
            if self._failure is not None:
                told = f"{type(self._failure).__name__}: {self._failure}"
                return Status.ERRORED, f"the test fails on the reference solution too ({told})"
        match failure:
            case MissingNameError():
                return Status.FAILED, failure.detail
            case StudentError() | pytest.fail.Exception():
                return Status.FAILED, str(failure)
        return Status.FAILED, _misused(failure, trace, right)


def _told(failure: AssertionError) -> str:
    """Return the author's message without what pytest adds; of a bare assert, what pytest says."""
    text = str(failure)
    return text.partition("\nassert ")[0] or text


def _printable(text: str) -> str:
    """Cut a message, and replace halves of surrogate pairs: no document can hold those."""
    return text[:_MAX_MESSAGE].encode("utf-8", "replace").decode("utf-8")


def _misused(failure: BaseException, trace: list[Call], right: list[Call]) -> str:
    """Say which answer a test could not work with: the last that is of another kind than right."""
    for given, wanted in reversed(list(zip(trace, right, strict=False))):
        if given.what == wanted.what and given.answer != wanted.answer:
            return f"{given.what} returned {given.answer}, expected {wanted.answer}"
    return (
        "the test could not work with what your code returned "
        f"({type(failure).__name__}: {failure})"
    )
