"""What pytest loads: ``pytest assignments/ID/tests/public --submission FILE``.

It is loaded in every session of pytest's in an environment that has this project installed. So it
imports nothing until ``--submission`` is given or the tests of an assignment are collected, and
changes nothing for other tests. The grader's own runs of pytest load no installed plugins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.checks.session import Started
    from grader.model import Assignment

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure"]

_OURS = "grader-submission"


def pytest_addoption(parser: Any) -> None:
    """Add the option."""
    parser.getgroup("grader", "coursework").addoption(
        "--submission",
        metavar="FILE",
        help="the notebook, module, folder or zip that an assignment's tests are run against",
    )


def pytest_configure(config: Any) -> None:
    """Take over the tests of assignments, if a submission is given."""
    file = config.getoption("--submission")
    if file is not None:
        from grader.checks.session import SubmissionSession

        config.pluginmanager.register(SubmissionSession(Path(file), start), _OURS)


def pytest_collect_file(file_path: Path, parent: Any) -> None:
    """Say what is missing, if an assignment's tests are collected without a submission."""
    kind, tests = file_path.parent, file_path.parent.parent
    if kind.name not in ("public", "hidden") or tests.name != "tests":
        return
    plugins = parent.config.pluginmanager
    if (tests.parent / "assignment.yaml").is_file() and not plugins.has_plugin(_OURS):
        from grader.checks.session import SubmissionMissing

        plugins.register(SubmissionMissing(parent.config), _OURS)


def start(file: Path, assignment: Assignment) -> Started:
    """Run a submission in a worker, and keep it for the tests.

    Args:
        file: what was handed in.
        assignment: for what.

    Raises:
        UsageError: it is not one submission.
        SubmissionError: it cannot be read.
        SandboxError: no worker could be made ready.
    """
    from grader.catalog import starter_checks
    from grader.checks.session import Started
    from grader.errors import SubmissionError
    from grader.pipeline import Rules, connect_reference, host_of
    from grader.submission import read, single

    attempt = single(file, assignment=assignment.id)
    submission = read(attempt, assignment=assignment, checks=starter_checks(assignment))
    if submission.problem:
        raise SubmissionError(submission.problem)
    host = host_of(submission, assignment, Rules())
    try:
        return Started(host, connect_reference(assignment), host.run(), host.close)
    except BaseException:
        host.close()
        raise
