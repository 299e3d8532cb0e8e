"""Runs an assignment's tests with pytest in this process, and gives back verdicts."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.config import _prepareconfig

from grader.checks.marks import MARKS, declared, identifier, in_order, require_total
from grader.checks.metrics import Metrics
from grader.checks.plugin import SubmissionTests
from grader.checks.proxy import SubmissionProxy
from grader.datasets import Split, draw
from grader.errors import SandboxError, SpecError
from grader.model import Assignment, DataDraw, TestCase, Verdict
from grader.sandbox import Connection
from grader.scoring import verdict
from grader.seeds import derive_wide

__all__ = ["collect", "keep_collected", "rows_of_round", "run"]

# Only what tests need: no cache, no terminal, no other plugin that happens to be installed.
_OPTIONS = (
    "--import-mode=importlib",
    "--disable-plugin-autoload",
    "--strict-markers",
    "--capture=no",
    "-Wignore",  # per test: neither the environment's filters nor an earlier test's reach it
    *(
        option
        for name in (
            "cacheprovider",
            "terminal",
            "junitxml",
            "pastebin",
            "stepwise",
            "setuponly",
            "setupplan",
            "logging",
            "faulthandler",
            "unraisableexception",
            "threadexception",
            "doctest",
        )
        for option in ("-p", f"no:{name}")
    ),
)

_ENVIRONMENT = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


def collect(assignment: Assignment, *, hidden: bool = True) -> tuple[TestCase, ...]:
    """Return what the assignment's tests declare, in file order, without running any.

    Args:
        assignment: whose tests.
        hidden: also those that students are not given.

    Raises:
        SpecError: a test file cannot be imported, or a declaration is wrong.
    """
    with _collected(assignment, hidden=hidden) as session:
        return tuple(session.tests.values())


def run(
    assignment: Assignment,
    connection: Connection,
    *,
    make_reference: Callable[[], Connection] | None,
    seed: str,
    hidden: bool = True,
    only: Sequence[str] = (),
    backwards: bool = False,
    on_test: Callable[[str], None] | None = None,
) -> tuple[Verdict, ...]:
    """Run tests against a submission.

    Args:
        assignment: whose tests.
        connection: where the submission is hosted.
        make_reference: connects to the reference solution; None where there is none.
        seed: the round's seed.
        hidden: also run the tests that students are not given.
        only: ids of the tests to run; empty runs all. Prerequisites are run with them.
        backwards: run the tests in reversed file order; verdicts do not depend on it.
        on_test: told each test's id when one of its cases is finished.

    Returns:
        One verdict per test (of ``only``, where given), in file order.

    Raises:
        SpecError: a test file cannot be imported, or a declaration is wrong.
    """
    reference = make_reference and (
        lambda: SubmissionProxy(make_reference(), assignment, "reference")
    )
    with _collected(assignment, hidden=hidden) as session:
        session.metrics.attach(assignment)
        session.plugin.attach(
            SubmissionProxy(connection, assignment),
            reference,
            seed,
            on_test,
            rows_of_round(assignment, seed),
        )
        session.run(only, backwards=backwards)
        wanted = set(only) or set(session.tests)
        return tuple(
            verdict(test, session.plugin.outcomes.get(name, []))
            for name, test in session.tests.items()
            if name in wanted
        )


def rows_of_round(assignment: Assignment, seed: str) -> Callable[[], Split] | None:
    """Return what draws the rows of a round; None where the assignment draws none."""
    return None if assignment.data is None else partial(_drawn, assignment.data, seed)


def _drawn(data: DataDraw, seed: str) -> Split:
    """Return the rows of a round; only who knows the course's secret can draw them."""
    secret = derive_wide(seed, "data", data.name)
    return draw(data.name, train=data.train, valid=data.valid, test=data.test, seed=secret)


def keep_collected(assignment: Assignment, *, hidden: bool = True) -> None:
    """Collect an assignment's tests now, for all processes that are forked from this one.

    A fork finds the tests collected and untouched. In one process they would be used only once:
    what a test module remembers of one submission must not be there for the next.

    Raises:
        SpecError: a test file cannot be imported, or a declaration is wrong.
    """
    loaded = set(sys.modules)
    session = _Session(assignment, hidden=hidden)
    _kept[_key(assignment, hidden)] = _Kept(os.getpid(), session, assignment.folder, loaded)


class _Kept(NamedTuple):
    """Collected tests that wait for a fork, and what was loaded before them."""

    pid: int
    session: _Session
    folder: Path
    loaded: set[str]


_kept: dict[tuple[str, str, bool], _Kept] = {}


def _key(assignment: Assignment, hidden: bool) -> tuple[str, str, bool]:
    return (str(assignment.folder), assignment.digest, hidden)


@contextlib.contextmanager
def _collected(assignment: Assignment, *, hidden: bool) -> Iterator[_Session]:
    """Collect an assignment's tests, or take those that were collected before the fork."""
    kept = _kept.pop(_key(assignment, hidden), None)
    if kept is not None and kept.pid != os.getpid():
        yield kept.session
        return
    # Kept tests of another assignment, or of an older version, may have modules of the same name.
    for other in (*_kept.values(), *([kept] if kept else ())):
        _remove_modules(other.folder, other.loaded)
    _kept.clear()
    with _clean_process(assignment.folder):
        session = _Session(assignment, hidden=hidden)
        try:
            yield session
        finally:
            session.close()


class _Session:
    """pytest, configured and with an assignment's tests collected.

    This takes the steps of ``pytest.main`` one by one, because between collecting and running
    there may be a fork.

    Args:
        assignment: whose tests.
        hidden: also those that students are not given.

    Raises:
        SpecError: a test file cannot be imported, or a declaration is wrong.
    """

    def __init__(self, assignment: Assignment, *, hidden: bool) -> None:
        self._assignment = assignment
        self._hidden = hidden
        self._errors: list[str] = []
        self._cases: dict[str, list[pytest.Item]] = {}
        self._config: pytest.Config | None = None
        self.tests: dict[str, TestCase] = {}
        self.plugin = SubmissionTests(self.tests)
        self.metrics = Metrics()
        folders = [assignment.public_tests, *([assignment.hidden_tests] if hidden else [])]
        paths = [str(path) for path in folders if path.is_dir()]
        if paths:  # told no path, pytest would search the current folder
            try:
                self._collect(paths)
            except BaseException:
                self.close()
                raise
        if hidden:
            require_total(assignment, self.tests.values())

    def run(self, only: Sequence[str], *, backwards: bool) -> None:
        """Run tests, each after its prerequisites; the plugin has their outcomes."""
        chosen = list(only or self.tests)
        unknown = [name for name in chosen if name not in self.tests]
        if unknown:
            raise SpecError(
                f"{self._assignment.id} has no test called {unknown[0]!r}",
                remedy=f"Its tests are: {', '.join(self.tests)}.",
            )
        if backwards:
            chosen.reverse()
        items = [item for name in in_order(chosen, self.tests) for item in self._cases[name]]
        for item, following in zip_longest(items, items[1:]):
            with _no_exit(item.path):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    def close(self) -> None:
        """Let pytest clean up."""
        config, self._config = self._config, None
        if config is not None:
            config._ensure_unconfigure()

    def _collect(self, paths: list[str]) -> None:
        folder = self._assignment.folder
        arguments = [
            *_OPTIONS,
            # Modules are then named assignments.toy.tests.hidden.test_toy.
            f"--rootdir={folder.parent.parent}",
            f"--confcutdir={folder}",
            f"-c{os.devnull}",
            *paths,
        ]
        try:
            self._config = _prepareconfig(arguments, [self, self.plugin, self.metrics])
        except pytest.UsageError as error:
            raise SandboxError(
                f"pytest {pytest.__version__} could not run the tests: {error}",
                remedy="Install the version that constraints.txt names.",
            ) from error
        self._config._do_configure()
        session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=session)
        with _no_exit(folder / "tests"):
            self._config.hook.pytest_collection(session=session)
        if self._errors:
            raise SpecError("\n".join(self._errors), remedy="Mend the test file.")
        self.tests.update(declared(session.items, self._assignment))
        for item in session.items:
            self._cases.setdefault(identifier(item), []).append(item)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks of tests."""
        for mark in MARKS:
            config.addinivalue_line("markers", mark)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while a test file was imported."""
        if report.failed:
            self._errors.append(f"{report.nodeid}: {report.longreprtext}".strip())


@contextlib.contextmanager
def _no_exit(where: Path) -> Iterator[None]:
    """Do not let a test end the grader."""
    try:
        yield
    except (pytest.exit.Exception, SystemExit) as error:
        raise SpecError(
            f"a test ended the whole run: {error}",
            where=str(where),
            remedy="Remove the call of pytest.exit() or sys.exit().",
        ) from error


@contextlib.contextmanager
def _clean_process(folder: Path) -> Iterator[None]:
    """Keep the run apart from options in the environment, and leave no test module behind.

    A module left in ``sys.modules`` would be used again for another assignment's file of the same
    name, and would carry its global variables from one submission to the next.
    """
    options = {name: os.environ.pop(name, None) for name in _ENVIRONMENT}
    before = set(sys.modules)
    try:
        yield
    finally:
        os.environ.update({name: value for name, value in options.items() if value is not None})
        _remove_modules(folder, before)


def _remove_modules(folder: Path, before: set[str]) -> None:
    """Forget the modules of ``folder`` that were not loaded before."""
    loaded = set(sys.modules) - before
    for name in [name for name in loaded if _lies_in(folder, name)]:
        # With the packages above it, which pytest made up for the folders.
        for package in accumulate(name.split("."), "{}.{}".format):
            if package in loaded:
                sys.modules.pop(package, None)


def _lies_in(folder: Path, module: str) -> bool:
    """Tell whether a loaded module was read from ``folder``."""
    file = getattr(sys.modules[module], "__dict__", {}).get("__file__")  # wakes no lazy module
    return file is not None and Path(file).is_relative_to(folder)
