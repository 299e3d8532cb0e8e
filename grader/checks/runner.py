"""Runs an assignment's tests with pytest in this process, and gives back verdicts."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from grader.checks.marks import MARKS, declared, identifier, in_order, require_total
from grader.checks.plugin import SubmissionTests
from grader.checks.proxy import SubmissionProxy
from grader.errors import SandboxError, SpecError
from grader.model import Assignment, TestCase, Verdict
from grader.sandbox import Connection
from grader.scoring import verdict

__all__ = ["collect", "run"]

# Only what tests need: no cache, no terminal, no other plugin that happens to be installed.
_OPTIONS = (
    "--import-mode=importlib",
    "--disable-plugin-autoload",
    "--strict-markers",
    "--capture=sys",
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
    session = _Session(assignment, hidden=hidden)
    session.main("--collect-only")
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
    session = _Session(assignment, hidden=hidden, only=only, backwards=backwards)
    reference = make_reference and (
        lambda: SubmissionProxy(make_reference(), assignment, "reference")
    )
    plugin_of: list[SubmissionTests] = []

    def make_plugin() -> SubmissionTests:
        proxy = SubmissionProxy(connection, assignment)
        plugin = SubmissionTests(proxy, reference, seed, session.tests, on_test)
        plugin_of.append(plugin)
        return plugin

    session.main(make_plugin=make_plugin)
    outcomes = plugin_of[0].outcomes
    wanted = set(only) or set(session.tests)
    return tuple(
        verdict(test, outcomes.get(name, []))
        for name, test in session.tests.items()
        if name in wanted
    )


class _Session:
    """One run of pytest over an assignment's test folders."""

    def __init__(
        self,
        assignment: Assignment,
        *,
        hidden: bool,
        only: Sequence[str] = (),
        backwards: bool = False,
    ) -> None:
        self._assignment = assignment
        self._hidden = hidden
        self._only = only
        self._backwards = backwards
        self._errors: list[str] = []
        self._failure: BaseException | None = None
        self.tests: dict[str, TestCase] = {}

    def main(self, *options: str, make_plugin: Callable[[], SubmissionTests] | None = None) -> None:
        folder = self._assignment.folder
        folders = [self._assignment.public_tests]
        if self._hidden:
            folders.append(self._assignment.hidden_tests)
        paths = [str(path) for path in folders if path.is_dir()]
        plugins: list[object] = [self]
        if make_plugin is not None:
            plugins.append(make_plugin())
        if not paths:
            return  # told no path, pytest would search the current folder
        with _clean_process(folder):
            code = pytest.main(
                [
                    *_OPTIONS,
                    *options,
                    # Modules are then named assignments.toy.tests.hidden.test_toy.
                    f"--rootdir={folder.parent.parent}",
                    f"--confcutdir={folder}",
                    f"-c{os.devnull}",
                    *paths,
                ],
                plugins=plugins,
            )
        if self._errors:
            raise SpecError("\n".join(self._errors), remedy="Mend the test file.")
        if isinstance(self._failure, (pytest.exit.Exception, SystemExit)):
            raise SpecError(
                f"a test ended the whole run: {self._failure}",
                where=str(folder / "tests"),
                remedy="Remove the call of pytest.exit() or sys.exit().",
            )
        if self._failure is not None:
            raise self._failure
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            raise SandboxError(
                f"pytest {pytest.__version__} could not run the tests (exit code {code:d})",
                remedy="Install the version that constraints.txt names.",
            )

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks of tests."""
        for mark in MARKS:
            config.addinivalue_line("markers", mark)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while a test file was imported."""
        if report.failed:
            self._errors.append(f"{report.nodeid}: {report.longreprtext}".strip())

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep an error outside a test, to be raised when pytest has cleaned up."""
        self._failure = excinfo.value
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep an interrupt too: pytest would end as if nothing had happened."""
        self._failure = excinfo.value

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the declarations, and put the chosen tests into order."""
        if self._errors:
            return
        self.tests.update(declared(items, self._assignment))
        if self._hidden:
            require_total(self._assignment, self.tests.values())
        chosen = list(self._only or self.tests)
        unknown = [name for name in chosen if name not in self.tests]
        if unknown:
            raise SpecError(
                f"{self._assignment.id} has no test called {unknown[0]!r}",
                remedy=f"Its tests are: {', '.join(self.tests)}.",
            )
        if self._backwards:
            chosen.reverse()
        cases: dict[str, list[Any]] = {name: [] for name in self.tests}
        for item in items:
            cases[identifier(item)].append(item)
        items[:] = [item for name in in_order(chosen, self.tests) for item in cases[name]]


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
