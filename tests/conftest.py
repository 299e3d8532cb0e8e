"""Small courses, built in a temporary folder, and submissions to grade in them."""

from __future__ import annotations

import hashlib
import json
import signal
import statistics
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.catalog import load_assignment
from grader.checks.runner import run
from grader.errors import DeadlineExceeded, SandboxError, WorkerCrashed
from grader.model import Assignment, Cell, CellKind, Submission, Verdict
from grader.sandbox import Connection, LocalHost, student_error
from grader.wire import Frame

SEED = "0" * 64
PREAMBLE = """\
import numpy as np
import pytest
from grader.checks import (
    assert_close, assert_equal, assert_raises, assert_unmodified, credit, numeric_gradient,
)
"""


class FragileHost(LocalHost):
    """Runs a student's source in this process; exceptions named so play a process that fails.

    ``class Crash(BaseException)`` raised by a function ends the worker as far as tests can see;
    ``Timeout`` its deadline, ``Wall`` and ``Total`` the other two, ``Broken`` the sandbox.
    """

    def __init__(self, source: str) -> None:
        namespace: dict[str, Any] = {"__name__": "student"}
        faults = ("Crash", "Timeout", "Wall", "Total", "Broken")
        namespace |= {name: type(name, (BaseException,), {}) for name in faults}
        exec(compile(textwrap.dedent(source), "/submission/student.py", "exec"), namespace)
        super().__init__(namespace)

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Answer here, unless the student's code asked for a fault."""
        answer = super().ask(header, buffers, what)
        error = student_error(answer.header.get("error") or {})
        match error.kind:
            case "Crash":
                raise WorkerCrashed("the submission's process ended itself with exit code 1")
            case "Timeout" | "Wall" | "Total" as kind:
                clock = {"Timeout": "cpu"}.get(kind, kind.lower())
                raise DeadlineExceeded(f"{what} was stopped", clock=clock)
            case "Broken":
                raise SandboxError("no worker could be made ready")
        return answer


class CourseBuilder:
    """Writes assignments below ``root``, and grades sources against their tests."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def assignment(
        self,
        hidden: str = "",
        *,
        public: str = "",
        reference: str | None = None,
        points: float = 10,
        interface: Sequence[str] | Mapping[str, Any] = ("f",),
        id: str = "toy",  # noqa: A002
        files: Mapping[str, str] | None = None,
        given: Sequence[str] = (),
        calibrated: bool = True,
        **fields: Any,
    ) -> Assignment:
        """Write an assignment and read it back.

        Args:
            hidden: source of tests/hidden/test_hidden.py, without the imports that all need.
            public: source of tests/public/test_public.py, likewise.
            reference: source of the reference solution; None leaves it out.
            points: the assignment's points.
            interface: names of functions of one argument, or the interface as in the YAML.
            id: the assignment's id.
            files: further files by their path inside the assignment's folder, written as given.
            given: those of the files that submissions find in their working folder.
            calibrated: its metrics must have thresholds.
            **fields: further fields of assignment.yaml.
        """
        folder = self.root / "assignments" / id
        if not isinstance(interface, Mapping):
            interface = {name: {"signature": "(x)"} for name in interface}
        spec = {"title": id.title(), "points": points, "interface": dict(interface), **fields}
        if given:
            spec["files"] = list(given)
        written = {"assignment.yaml": json.dumps(spec), "README.md": f"# {id}\n", **(files or {})}
        for kind, source in (("hidden", hidden), ("public", public)):
            if source:
                written[f"tests/{kind}/test_{kind}.py"] = PREAMBLE + textwrap.dedent(source)
        for name, text in written.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        solution = self.root / "reference" / id / "solution.py"
        if reference is not None:
            solution.parent.mkdir(parents=True, exist_ok=True)
            solution.write_text(textwrap.dedent(reference), encoding="utf-8")
        return load_assignment(
            folder,
            reference=None if reference is None else solution.parent,
            calibrated=calibrated,
        )

    def notebook(self, *cells: str, student: str = "ada", **fields: Any) -> Submission:
        """Return a notebook of code cells as :func:`grader.submission.read` would."""
        return Submission(
            student=student,
            path=f"{student}.ipynb",
            cells=tuple(Cell(kind=CellKind.CODE, source=textwrap.dedent(cell)) for cell in cells),
            digest=hashlib.sha256("\0".join(cells).encode()).hexdigest(),
            **fields,
        )

    def module(self, source: str, *, student: str = "ada", name: str = "toy.py") -> Submission:
        """Return a module of one file as :func:`grader.submission.read` would."""
        source = textwrap.dedent(source)
        return Submission(
            student=student,
            path=f"{student}/{name}",
            kind="module",
            cells=(Cell(kind=CellKind.CODE, source=source),),
            files={name: source.encode()},
            entry=name,
            digest=hashlib.sha256(source.encode()).hexdigest(),
        )

    def verdicts(
        self, assignment: Assignment, source: str | Connection, **options: Any
    ) -> dict[str, Verdict]:
        """Run the tests against a source in this process, see :class:`FragileHost`."""
        connection = FragileHost(source) if isinstance(source, str) else source
        options.setdefault("seed", SEED)
        options.setdefault("make_reference", reference_of(assignment))
        return {
            verdict.id: verdict
            for verdict in run(assignment, connection, **options)  # in the order of the grade
        }


def reference_of(assignment: Assignment) -> Callable[[], Connection] | None:
    """Return what connects to an assignment's reference solution, if it has one."""
    if assignment.reference is None:
        return None
    source = (assignment.reference / "solution.py").read_text(encoding="utf-8")
    return lambda: FragileHost(source)


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Let the commands that tests start be interrupted.

    A shell starts what runs in its background deaf to SIGINT, and so would be every process that
    is started from there.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def course(tmp_path: Path) -> CourseBuilder:
    """Builds assignments in a course of this test's own."""
    return CourseBuilder(tmp_path / "course")


# --- tables at the end, from what tests recorded -------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what attacks gained, how long the ends of workers took, and which levels were tested."""
    recorded: dict[str, list[Any]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":  # others repeat it
                for name, value in report.user_properties:
                    recorded.setdefault(name, []).append(value)
    if attacks := recorded.get("attack"):
        _print_attacks(terminalreporter, attacks)
    if levels := sorted(set(recorded.get("isolation level", ()))):
        _print_ends(terminalreporter, recorded.get("end", []), levels)
        terminalreporter.line(f"isolation levels tested: {' '.join(levels)}")


def _print_attacks(terminal: pytest.TerminalReporter, attacks: Sequence[Any]) -> None:
    rows: dict[tuple[str, str], Counter[str]] = {}
    for family, level, numbers in attacks:
        rows.setdefault((family, level), Counter()).update(numbers)
    columns = ("attacks", "unearned", "lost", "leaked", "left over", "neighbour lost")
    terminal.section("hostile submissions")
    terminal.line(f"{'family':<12} level " + " ".join(f"{name:>14}" for name in columns))
    for (family, level), counter in sorted(rows.items()):
        cells = " ".join(f"{counter[name]:>14g}" for name in columns)
        terminal.line(f"{family:<12} {level:<5} {cells}")


def _print_ends(
    terminal: pytest.TerminalReporter, ends: Sequence[Any], levels: Sequence[str]
) -> None:
    if ends:
        terminal.section("from the decision to end a worker until nothing is left")
        terminal.line(f"{'level':5} {'cases':>6} {'median ms':>10} {'most ms':>8}  slowest")
    for level in levels:
        times = sorted((seconds * 1000, case) for at, case, seconds in ends if at == level)
        if times:
            median = statistics.median(milliseconds for milliseconds, _ in times)
            most, case = times[-1]
            terminal.line(f"{level:5} {len(times):6} {median:10.1f} {most:8.1f}  {case}")
