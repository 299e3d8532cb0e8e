"""An assignment's tests in a session of pytest's own: ``pytest PATH --submission FILE``.

Each test is run and judged as in grading; only what became of it is told to pytest, as if pytest
had run it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.catalog import find_course, load_assignment
from grader.checks.marks import MARKS, identifier, in_order
from grader.checks.metrics import Metrics
from grader.checks.plugin import SubmissionTests
from grader.checks.proxy import SubmissionProxy
from grader.checks.runner import collect, rows_of_round
from grader.errors import GraderError
from grader.model import Assignment, CellStatus, Status, TestCase, Transcript
from grader.plaintext import plain
from grader.points import number
from grader.sandbox import Connection
from grader.scoring import Outcome, verdict
from grader.seeds import course_seed

__all__ = ["Started", "SubmissionMissing", "SubmissionSession"]


class Started(NamedTuple):
    """A submission that was run and waits for calls.

    Attributes:
        connection: where it is hosted.
        make_reference: connects to the reference solution; None where there is none.
        transcript: what became of its cells.
        close: ends it.
    """

    connection: Connection
    make_reference: Callable[[], Connection] | None
    transcript: Transcript
    close: Callable[[], None]


class SubmissionMissing:
    """Ends a session that would run an assignment's tests against nothing."""

    def __init__(self, config: pytest.Config) -> None:
        _declare_marks(config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self) -> None:
        """Say what to add to the command.

        Raises:
            pytest.UsageError: always.
        """
        raise pytest.UsageError(
            "the tests of an assignment are run against a submission, and none is given\n"
            "Add the file to the command: --submission FILE"
        )


class SubmissionSession(SubmissionTests):
    """Runs the tests of one assignment, and leaves all others to pytest.

    Args:
        file: the submission.
        start: runs it.
    """

    def __init__(self, file: Path, start: Callable[[Path, Assignment], Started]) -> None:
        super().__init__({})
        self._file = file
        self._start = start
        self._assignment: Assignment | None = None
        self._metrics = Metrics()
        self._items: dict[str, list[pytest.Item]] = {}
        self._started: Started | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks, and add the fixture of metrics.

        Raises:
            pytest.UsageError: there is no such submission.
        """
        if not self._file.exists():
            raise pytest.UsageError(f"--submission: {self._file} does not exist")
        _declare_marks(config)
        config.pluginmanager.register(self._metrics)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the assignment that the tests belong to, and put prerequisites first.

        Raises:
            pytest.UsageError: they belong to several, or the assignment is wrong.
        """
        folders = dict.fromkeys(folder for item in items if (folder := _assignment_of(item.path)))
        if not folders:
            return
        if len(folders) > 1:
            names = ", ".join(folder.name for folder in folders)
            raise pytest.UsageError(
                f"a submission is for one assignment; these tests are of {names}\n"
                "Name the tests of one of them"
            )
        (folder,) = folders
        try:
            self._assignment = _loaded(folder)
            hidden = any(item.path.is_relative_to(self._assignment.hidden_tests) for item in items)
            tests = collect(self._assignment, hidden=hidden)
            self._metrics.attach(self._assignment)
        except GraderError as error:
            raise pytest.UsageError(str(error)) from None
        self._tests.update({test.id: test for test in tests})
        ours = [item for item in items if _assignment_of(item.path)]
        ids = dict.fromkeys(map(identifier, ours))
        place = {name: at for at, name in enumerate(in_order(list(ids), self._tests))}
        ordered = iter(sorted(ours, key=lambda item: place[identifier(item)]))
        items[:] = [next(ordered) if _assignment_of(item.path) else item for item in items]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Run the submission, once it is known which tests are run.

        Raises:
            pytest.UsageError: it cannot be run.
        """
        assignment = self._assignment
        for item in session.items:
            if _assignment_of(item.path):
                self._items.setdefault(identifier(item), []).append(item)
        if assignment is None or not self._items or session.config.option.collectonly:
            return
        seed = course_seed("", assignment.digest, 0)
        try:
            self._started = self._start(self._file, assignment)
            proxy = SubmissionProxy(self._started.connection, assignment)
        except GraderError as error:
            raise pytest.UsageError(f"--submission {self._file}: {error}") from None
        connect = self._started.make_reference
        self.attach(
            proxy,
            connect and (lambda: SubmissionProxy(connect(), assignment, "reference")),
            seed,
            draw_data=rows_of_round(assignment, seed),
        )

    def pytest_runtest_protocol(  # type: ignore[override]  # None leaves a test to pytest
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run one case, and report it."""
        if _assignment_of(item.path) is None:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        began = time.time()
        super().pytest_runtest_protocol(item, nextitem)
        outcome = self.outcomes[identifier(item)][-1]
        for report in self._reports(item, outcome, began):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell the points, and which cells failed."""
        if self._started is None or not self.outcomes:
            return
        terminalreporter.section(str(self._file))
        for run in self._started.transcript.runs:
            if run.status is not CellStatus.OK and run.message:
                terminalreporter.line(plain(f"{run.status.value.replace('_', ' ')}: {run.message}"))
        verdicts = [verdict(self._tests[name], done) for name, done in self.outcomes.items()]
        score = number(sum((one.points for one in verdicts), Decimal(0)))
        most = number(sum((one.max_points for one in verdicts), Decimal(0)))
        terminalreporter.line(f"{score} of {most} points in these tests")

    def pytest_unconfigure(self) -> None:
        """End the submission."""
        if self._started is not None:
            self._started.close()

    def _unmet(self, test: TestCase) -> str:
        """Say why a test cannot be run; of prerequisites that were not chosen, nothing is known."""
        chosen = tuple(name for name in test.depends_on if name in self._items)
        return super()._unmet(test.model_copy(update={"depends_on": chosen}))

    def _reports(
        self, item: pytest.Item, outcome: Outcome, began: float
    ) -> list[pytest.TestReport]:
        """Return what pytest expects of a test: a report for each of its three phases."""
        report = partial(_report, item, began, outcome.duration)
        test = self._tests[identifier(item)]
        match outcome.status:
            case Status.PASSED:
                phases = [report("setup", "passed"), report("call", "passed")]
            case Status.SKIPPED:
                place = (str(item.path), item.location[1] or 0, f"Skipped: {outcome.message}")
                phases = [report("setup", "skipped", place)]
            case Status.ERRORED:
                phases = [report("setup", "failed", _Told(item, test, outcome))]
            case _:
                told = _Told(item, test, outcome)
                phases = [report("setup", "passed"), report("call", "failed", told)]
        return [*phases, report("teardown", "passed")]


class _Crash(NamedTuple):
    """Where and what, in one line, as pytest's summaries ask for it."""

    path: str
    lineno: int
    message: str


class _Told:
    """What pytest prints about a test that failed: no traceback, but what a student can use."""

    def __init__(self, item: pytest.Item, test: TestCase, outcome: Outcome) -> None:
        message = plain(outcome.message)
        worth = f"{number(test.points)} points" if test.points else "no points"
        self._lines = [f"{test.title} ({worth})", "", *message.splitlines()]
        if test.hint:
            self._lines += ["", f"Try this: {test.hint}"]
        first = message.partition("\n")[0]
        self.reprcrash = _Crash(str(item.path), item.location[1] or 0, first)

    def toterminal(self, writer: Any) -> None:
        """Print it."""
        for line in self._lines:
            writer.line(line)

    def __str__(self) -> str:
        return "\n".join(self._lines)


def _report(
    item: pytest.Item,
    began: float,
    duration: float,
    when: Any,
    outcome: Any,
    longrepr: Any = None,
) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome=outcome,
        longrepr=longrepr,
        when=when,
        duration=duration if when == "call" else 0.0,
        start=began,
        stop=time.time(),
        user_properties=item.user_properties,
    )


def _declare_marks(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


def _assignment_of(path: Path) -> Path | None:
    """Return the folder of the assignment that a test file belongs to, or None."""
    for folder in path.parents:
        if folder.name in ("public", "hidden") and folder.parent.name == "tests":
            found = folder.parent.parent
            return found if (found / "assignment.yaml").is_file() else None
    return None


def _loaded(folder: Path) -> Assignment:
    if folder.parent.name != "assignments":
        return load_assignment(folder, reference=None)
    return find_course(folder.parent.parent).assignment(folder.name)
