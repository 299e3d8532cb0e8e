"""Hosts one submission: runs it, answers calls on it, and replaces its worker when it dies.

A host is what the tests' proxy talks to. :class:`LocalHost` offers the same calls on trusted code
in the grader's own process, through the same codec: the reference solution, for example.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from grader.errors import (
    DeadlineExceeded,
    SandboxError,
    StudentError,
    SubmissionError,
    WorkerCrashed,
)
from grader.model import (
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    Engine,
    Level,
    Limits,
    Submission,
    Transcript,
)
from grader.sandbox.deadline import Deadline
from grader.sandbox.libraries import library_set
from grader.sandbox.outputs import OutputCollector
from grader.sandbox.process import Demands, Sandbox, SpawnSandbox
from grader.sandbox.worker import Worker
from grader.wire import Buffer, Encoder, Frame
from grader.worker.calls import CallServer

__all__ = ["Connection", "Host", "LocalHost", "student_error"]

_MAX_LOST_CELLS = 3
_START_SECONDS = 60.0
_ACCOUNT_SECONDS = 1.0
_MAX_NAME = 200
_MAX_TEXT = 8000


class Connection(Protocol):
    """Anything that answers the requests of :class:`grader.worker.calls.CallServer`."""

    def begin(self, seed: int) -> None:
        """Start a test: from the next request on, no objects are left and everything is seeded."""
        ...

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Send a request about ``what`` and return the answer."""
        ...


class Host:
    """One submission in a worker.

    Args:
        submission: what to run.
        engine: how to run notebooks.
        limits: the assignment's limits.
        allowed_imports: the assignment's import rule.
        seed: for everything random while the cells run.
        sandbox: starts its workers; at level D when None.
    """

    def __init__(
        self,
        submission: Submission,
        *,
        engine: Engine = Engine.SHELL,
        limits: Limits,
        allowed_imports: Sequence[str] = (),
        seed: int = 0,
        sandbox: Sandbox | None = None,
    ) -> None:
        self._submission = submission
        self._sandbox = sandbox or SpawnSandbox()
        self._demands = Demands(
            engine, limits, library_set(submission, allowed_imports), tuple(allowed_imports)
        )
        self._limits = limits
        self._allowed = tuple(allowed_imports)
        self._seed = seed
        self._worker: Worker | None = None
        self._seed_of_test: int | None = None
        self._tested = False  # whether a test has used the worker
        self._collector = OutputCollector()
        self._lost: dict[int, CellRun] = {}
        # Running the notebook again after a crash has an allowance of its own, as large as the
        # first: it is not the student's choice.
        self._spent = {False: 0.0, True: 0.0}
        self._waited = {False: 0.0, True: 0.0}  # on the clock on the wall
        self._rerunning = False
        self._known_cpu = 0.0
        self._accounted = 0.0
        self.versions: dict[str, str] = {}
        self.waited_too_long = False

    def run(self) -> Transcript:
        """Run every cell, or import the module, and return what happened.

        A cell that kills the worker or outlives its deadline is recorded, and everything is run
        again without it. After a few such cells the rest of the notebook is given up.

        Raises:
            SandboxError: no worker could be made ready.
        """
        while True:
            try:
                return self._run_once()
            except _CellLost as lost:
                self._retire()
                self._lost[lost.index] = lost.run

    def begin(self, seed: int) -> None:
        """Start a test with the next request: all objects are forgotten, everything is seeded."""
        self._seed_of_test = seed

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Send a request to the worker.

        One that was lost in an earlier test is replaced first. So is one that fails at the first
        request of a test: the fault may be an earlier test's, which left an answer too many, or a
        thread that keeps on running.

        Raises:
            DeadlineExceeded: no answer in time, and the worker is ended; or the submission's whole
                allowance is spent.
            WorkerCrashed: the worker died, now or earlier in this test.
            SandboxError: no worker could be made ready.
        """
        seed, self._seed_of_test = self._seed_of_test, None
        if seed is None:
            return self._ask(header, buffers, what, self._limits.call_seconds)
        header = {**header, "begin": seed}
        if self._worker is None:
            self._revive()
        untested, self._tested = not self._tested, True
        try:
            return self._ask(header, buffers, what, self._limits.call_seconds)
        except SubmissionError:
            if untested:
                raise
            self._revive()
            self._tested = True
            return self._ask(header, buffers, what, self._limits.call_seconds)

    def close(self) -> None:
        """End the worker and everything it made."""
        self._retire()

    def _revive(self) -> None:
        """Run everything again in a new worker."""
        self._rerunning = True
        try:
            self._check_total()
            self.run()
        finally:
            self._rerunning = False

    def _run_once(self) -> Transcript:
        self._collector = OutputCollector()
        submission = self._submission
        self._start()
        runs: list[CellRun] = []
        number = 0
        for index, cell in enumerate(submission.cells):
            if cell.kind is CellKind.CODE:
                number += 1
                runs.append(self._run_cell(index, cell, number))
            else:
                runs.append(CellRun(kind=cell.kind, source=cell.source, id=cell.id))
        with contextlib.suppress(SubmissionError):  # the first test is told that it is gone
            self._ask({"op": "serve"}, (), "starting", self._limits.cell_seconds)
        self._collector.stop()
        # A display may be updated by a later cell, so outputs are read at the end.
        shown = [
            run.model_copy(update={"outputs": self._collector.outputs(run.execution_count)})
            if run.execution_count is not None and index not in self._lost
            else run
            for index, run in enumerate(runs)
        ]
        return Transcript(kind=submission.kind, runs=tuple(shown))

    def _start(self) -> None:
        process = self._sandbox.start(self._demands)
        self._tested = False
        self._worker = Worker(process, self._demands, self._collector.add)
        encoder = Encoder()
        header = {
            "op": "prepare",
            "kind": self._submission.kind,
            "files": encoder.encode(self._submission.files),
            "allowed": list(self._allowed),
            "seed": self._seed,
            "output_kb": self._limits.output_kb,
            "processes": 0 if self._sandbox.level is Level.C else self._limits.processes,
        }
        deadline = Deadline(
            "starting",
            cpu_seconds=_START_SECONDS,
            wall_seconds=_START_SECONDS * self._limits.wall_factor,
            used=self._worker.cpu_seconds,
            known=0.0,
        )
        try:
            answer = self._worker.request(header, encoder.buffers, deadline=deadline)
        except SubmissionError as error:
            self._retire()
            raise SandboxError(
                f"a worker could not be made ready: {error.message}",
                remedy="Run `grader doctor`; it tells what this machine lacks.",
            ) from error
        self.versions = _versions(answer.header.get("versions"))
        self._known_cpu = self._worker.cpu_seconds()  # starting is not the submission's doing

    def _run_cell(self, index: int, cell: Cell, number: int) -> CellRun:
        if index in self._lost:
            return self._lost[index]
        blank = CellRun(kind=cell.kind, source=cell.source, id=cell.id, execution_count=number)
        if len(self._lost) >= _MAX_LOST_CELLS and index > max(self._lost):
            message = f"not run, because {_MAX_LOST_CELLS} earlier cells ended the process"
            return blank.model_copy(update={"status": CellStatus.NOT_RUN, "message": message})
        self._collector.start(number)
        began = time.monotonic()
        try:
            error = self._execute(cell, number)
            status = CellStatus.ERROR if error else CellStatus.OK
        except (DeadlineExceeded, WorkerCrashed) as lost:
            timeout = isinstance(lost, DeadlineExceeded)
            update = {
                "status": CellStatus.TIMEOUT if timeout else CellStatus.CRASHED,
                "message": lost.message,
                "outputs": self._collector.outputs(number),
                "duration": round(time.monotonic() - began, 3),
            }
            raise _CellLost(index, blank.model_copy(update=update)) from lost
        duration = round(time.monotonic() - began, 3)
        return blank.model_copy(update={"status": status, "message": error, "duration": duration})

    def _execute(self, cell: Cell, number: int) -> str:
        """Run one cell or import the module; return a one-line description of its error."""
        if self._submission.kind == "module":
            entry = self._submission.entry
            request: dict[str, Any] = {"op": "module", "entry": entry}
            what = f"importing {entry}"
        else:
            request = {"op": "cell", "source": cell.source, "number": number}
            what = f"code cell {number}"
        answer = self._ask(request, (), what, self._limits.cell_seconds)
        assert self._worker is not None
        self._worker.collect_output()
        self._account()
        error = answer.header.get("error")
        if not isinstance(error, dict):
            return ""
        told = student_error(error)
        if self._submission.kind == "module":
            trace = told.trace.splitlines()
            self._collector.add(
                {"event": "error", "ename": told.kind, "evalue": told.detail, "traceback": trace}
            )
        return str(told)

    def _ask(
        self, header: dict[str, Any], buffers: Sequence[Any], what: str, seconds: float
    ) -> Frame:
        worker = self._worker
        if worker is None:
            raise WorkerCrashed("the submission's process had ended earlier in this test")
        began = time.monotonic()
        if began - self._accounted > _ACCOUNT_SECONDS:
            self._account()
        left = self._limits.total_seconds - self._spent[self._rerunning]
        patience = self._wall_seconds - self._waited[self._rerunning]
        limited = left < seconds
        wall_seconds = seconds * self._limits.wall_factor
        deadline = Deadline(
            "the whole submission" if limited or patience < wall_seconds else what,
            cpu_seconds=max(left, 0.0) if limited else seconds,
            wall_seconds=min(wall_seconds, max(patience, 0.0)),
            used=worker.cpu_seconds,
            known=self._known_cpu,
            clock="total" if limited else "cpu",
        )
        try:
            return worker.request(header, buffers, deadline=deadline)
        except SubmissionError as error:
            if isinstance(error, DeadlineExceeded) and error.clock == "wall":
                self.waited_too_long = True
            self._account()
            self._retire()
            raise
        finally:
            self._waited[self._rerunning] += time.monotonic() - began

    @property
    def _wall_seconds(self) -> float:
        """How long the whole submission may keep us waiting: many short sleeps add up."""
        return self._limits.total_seconds * self._limits.wall_factor

    def _account(self) -> None:
        """Charge the submission for what its worker has computed since the last account."""
        if self._worker is not None:
            used = self._worker.cpu_seconds()
            self._spent[self._rerunning] += max(used - self._known_cpu, 0.0)
            self._known_cpu = used
        self._accounted = time.monotonic()

    def _check_total(self) -> None:
        if max(self._spent.values()) >= self._limits.total_seconds:
            raise DeadlineExceeded(
                f"the whole submission was stopped after {self._limits.total_seconds:g} seconds "
                "of computing",
                clock="total",
            )
        if max(self._waited.values()) >= self._wall_seconds:
            raise DeadlineExceeded(
                f"the whole submission was stopped after {self._wall_seconds:g} seconds, most of "
                "them spent waiting",
                clock="wall",
            )

    def _retire(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class LocalHost:
    """Trusted code in this process, behind the codec.

    Args:
        namespace: the names that can be called, such as a module's ``vars()``.
        folder: the working folder while it answers; None leaves this process's own.
    """

    def __init__(self, namespace: dict[str, Any], folder: Path | None = None) -> None:
        self._server = CallServer(namespace)
        self._folder = folder

    def begin(self, seed: int) -> None:
        """Forget all objects and seed everything."""
        self._server.begin(seed)

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Answer a request here; arrays are copied on the way in and out."""
        del what
        with contextlib.chdir(self._folder) if self._folder else contextlib.nullcontext():
            answer = self._server.answer(Frame(header, _copies(buffers)))
        return Frame(answer.header, _copies(answer.buffers))


class _CellLost(Exception):
    """A cell took the worker with it."""

    def __init__(self, index: int, run: CellRun) -> None:
        super().__init__(index)
        self.index = index
        self.run = run


def student_error(description: dict[str, Any]) -> StudentError:
    """Make the exception for a description by :func:`grader.worker.tracebacks.report`."""
    kinds = description.get("kinds")
    return StudentError(
        str(description.get("kind", "Exception"))[:_MAX_NAME],
        str(description.get("detail", ""))[:_MAX_TEXT],
        kinds=tuple(str(kind)[:_MAX_NAME] for kind in kinds) if isinstance(kinds, list) else (),
        where=str(description.get("where", ""))[:_MAX_NAME],
        trace=str(description.get("trace", ""))[:_MAX_TEXT],
    )


def _versions(claimed: object) -> dict[str, str]:
    if not isinstance(claimed, dict):
        return {}
    return {str(name)[:_MAX_NAME]: str(text)[:_MAX_NAME] for name, text in claimed.items()}


def _copies(buffers: Sequence[Any]) -> list[Buffer]:
    return [np.array(np.frombuffer(buffer, np.uint8)) for buffer in buffers]
