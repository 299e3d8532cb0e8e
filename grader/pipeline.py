"""Grades one submission: where reading, running, testing and scoring meet."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import io
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from grader.checks.imports import forbidden_imports
from grader.checks.leftovers import leftovers
from grader.checks.runner import collect, run
from grader.documents import did_you_mean
from grader.errors import SandboxError, SpecError, UsageError
from grader.model import (
    Assignment,
    CellStatus,
    Engine,
    Environment,
    Grade,
    Level,
    Submission,
    TestCase,
    Transcript,
    Verdict,
)
from grader.sandbox import Connection, Host, LocalHost, Sandbox, SpawnSandbox
from grader.scoring import errored, grade, unreadable
from grader.seeds import course_seed, derive
from grader.version import __version__
from grader.written import written_answers

__all__ = [
    "Graded",
    "Rules",
    "collected_tests",
    "connect_reference",
    "grade_submission",
    "host_of",
    "load_reference",
]


class Rules(NamedTuple):
    """How a round of grading is done; the same for every submission of it.

    Attributes:
        engine: how notebooks are run.
        secret: the course's secret; empty on a student's own machine.
        round: counts the gradings that are meant to draw new random numbers.
        hidden: also run the tests that students are not given.
        only: ids of the tests to run; empty runs all.
        backwards: run the tests in reversed order.
    """

    engine: Engine = Engine.SHELL
    secret: str = ""
    round: int = 0
    hidden: bool = True
    only: tuple[str, ...] = ()
    backwards: bool = False


class Graded(NamedTuple):
    """A grade, and the executed notebook or module that belongs to it.

    Attributes:
        grade: the document.
        transcript: None where nothing was run.
        waited: a wall deadline was hit. Such a submission deserves a second run, alone on the
            machine, before the deadline costs points.
    """

    grade: Grade
    transcript: Transcript | None
    waited: bool = False


def grade_submission(
    submission: Submission,
    assignment: Assignment,
    rules: Rules = Rules(),  # noqa: B008 - immutable
    *,
    sandbox: Sandbox | None = None,
    on_test: Callable[[str], None] | None = None,
) -> Graded:
    """Run a submission, test it, and add up its points.

    Whatever the submission does ends in a grade. So does a failure of the grader itself: its
    tests are then ``errored``, their points pending, and the grade says ``needs_review``.

    Args:
        submission: what was handed in.
        assignment: for what.
        rules: how to grade.
        sandbox: starts the workers; at level D when None.
        on_test: told each test's id when one of its cases is finished.

    Raises:
        SpecError: the assignment cannot be graded at all: its tests cannot be collected.
    """
    sandbox = sandbox or SpawnSandbox()
    began = time.perf_counter()
    seed = course_seed(rules.secret, assignment.digest, rules.round)
    if submission.problem:
        graded = Graded(
            unreadable(assignment, submission, collected_tests(assignment, rules)), None
        )
        versions: Mapping[str, str] = {}
    else:
        graded, versions = _run(submission, assignment, rules, seed, sandbox, on_test)
    document = graded.grade.model_copy(
        update={
            "written": written_answers(submission, assignment.written),
            "warnings": (
                *submission.notices,
                *forbidden_imports(submission, assignment),
                *leftovers(submission, graded.transcript, graded.grade.verdicts),
            ),
            "environment": _environment(
                submission, assignment, rules, seed, versions, sandbox.level
            ),
            "duration": round(time.perf_counter() - began, 3),
        }
    )
    return graded._replace(grade=document)


def _run(
    submission: Submission,
    assignment: Assignment,
    rules: Rules,
    seed: str,
    sandbox: Sandbox,
    on_test: Callable[[str], None] | None,
) -> tuple[Graded, Mapping[str, str]]:
    host = host_of(submission, assignment, rules, sandbox)
    transcript = Transcript(kind=submission.kind)
    try:
        transcript = host.run()
        verdicts = run(
            assignment,
            host,
            make_reference=connect_reference(assignment),
            seed=seed,
            hidden=rules.hidden,
            only=rules.only,
            backwards=rules.backwards,
            on_test=on_test,
        )
    except SandboxError as error:
        verdicts = errored(collected_tests(assignment, rules), str(error))
    finally:
        host.close()
    document = grade(assignment, submission, _explained(verdicts, transcript))
    return Graded(document, transcript, host.waited_too_long), host.versions


def host_of(
    submission: Submission, assignment: Assignment, rules: Rules, sandbox: Sandbox | None = None
) -> Host:
    """Return what runs a submission and answers calls on it; whoever asks for it closes it.

    Args:
        submission: what was handed in; it can be read.
        assignment: for what.
        rules: how to grade.
        sandbox: starts the workers; at level D when None.
    """
    return Host(
        _with_files(submission, assignment),
        engine=rules.engine,
        limits=assignment.limits,
        allowed_imports=assignment.allowed_imports,
        seed=derive(course_seed(rules.secret, assignment.digest, rules.round), "notebook"),
        sandbox=sandbox,
    )


def _with_files(submission: Submission, assignment: Assignment) -> Submission:
    """Put the assignment's files beside the submission's own; ours count where both have one."""
    given = {name: (assignment.folder / name).read_bytes() for name in assignment.files}
    return submission.model_copy(update={"files": {**submission.files, **given}})


def collected_tests(assignment: Assignment, rules: Rules) -> list[TestCase]:
    """Return the tests that these rules would run.

    Raises:
        SpecError: the assignment's tests cannot be collected.
        UsageError: the rules name a test that the assignment does not have.
    """
    tests = collect(assignment, hidden=rules.hidden)
    names = [test.id for test in tests]
    if unknown := [name for name in rules.only if name not in names]:
        raise UsageError(
            f'{assignment.id} has no test called "{unknown[0]}"{did_you_mean(unknown[0], names)}',
            remedy=f"Its tests are: {', '.join(names)}.",
        )
    return [test for test in tests if not rules.only or test.id in rules.only]


def connect_reference(assignment: Assignment) -> Callable[[], Connection] | None:
    """Return what connects to the reference solution, or None where it is not installed."""
    if assignment.reference is None:
        return None
    return lambda: LocalHost(load_reference(assignment), assignment.folder)


def load_reference(assignment: Assignment) -> dict[str, Any]:
    """Return the names that the reference solution defines; it is imported once per process.

    Its working folder is the assignment's, where the files are that the specification names.

    Raises:
        SpecError: there is none, or it cannot be imported.
    """
    if assignment.reference is None:
        raise SpecError("there is no reference solution", where=assignment.id)
    file = assignment.reference.resolve() / "solution.py"
    return _import_reference(file, assignment.folder, assignment.digest)


@functools.cache
def _import_reference(file: Path, folder: Path, digest: str) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location(f"reference_{digest[:12]}", file)
    if spec is None or spec.loader is None:
        raise SpecError("there is no reference solution", where=str(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise SpecError(
            f"the reference solution cannot be imported: {type(error).__name__}: {error}",
            where=str(file),
        ) from error
    return vars(module)


def _explained(verdicts: Sequence[Verdict], transcript: Transcript) -> list[Verdict]:
    """Where a name is missing and a cell had failed, say so: it is usually the reason."""
    failed = [
        run
        for run in transcript.runs
        if run.status not in (CellStatus.OK, CellStatus.NOT_RUN) and run.message
    ]
    if not failed:
        return list(verdicts)
    what = "This cell" if transcript.kind == "notebook" else "The module"
    note = f"{what} failed, which may be the reason: {failed[0].message}"
    return [
        verdict.model_copy(update={"message": f"{verdict.message}\n{note}"})
        if "is not defined" in verdict.message
        else verdict
        for verdict in verdicts
    ]


def _environment(
    submission: Submission,
    assignment: Assignment,
    rules: Rules,
    seed: str,
    versions: Mapping[str, str],
    isolation: Level,
) -> Environment:
    return Environment(
        grader=__version__,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        cpu=_cpu_model(),
        libraries=dict(versions),
        engine=rules.engine,
        isolation=isolation,
        seed=seed,
        round=rules.round,
        assignment_digest=assignment.digest,
        submission_digest=submission.digest,
    )


@functools.cache
def _cpu_model() -> str:
    """The processor's name: its vector units decide the last digits of floating-point sums."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
