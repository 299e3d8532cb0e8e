"""Runs one case of a test as pytest does, without the reports that nobody would read.

Making them takes most of the time of a small test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from _pytest.skipping import evaluate_skip_marks

__all__ = ["run_case", "tear_down"]

_END = (KeyboardInterrupt, pytest.exit.Exception)


def run_case(
    item: pytest.Item, nextitem: pytest.Item | None, begin: Callable[[], None]
) -> BaseException | None:
    """Set a case up, run it and tear it down; return the first exception of these, if any.

    These are the steps of ``_pytest.runner.runtestprotocol``, without its hooks.

    Args:
        item: the case; one that was run before can be run again.
        nextitem: what will be run next: fixtures that it shares are kept.
        begin: called before any fixture of the test's own is made.

    Raises:
        KeyboardInterrupt, pytest.exit.Exception: these end the whole run.
    """
    failures: list[BaseException] = []
    if not item._request:  # type: ignore[attr-defined]
        item._initrequest()  # type: ignore[attr-defined]
    try:
        with _kept(failures):
            if skipped := evaluate_skip_marks(item):
                raise pytest.skip.Exception(skipped.reason)
            begin()
            item.session._setupstate.setup(item)
        if not failures:
            with _kept(failures):
                item.runtest()
        with _kept(failures):
            item.session._setupstate.teardown_exact(nextitem)
    finally:
        item._request = False  # type: ignore[attr-defined]
        item.funcargs = None  # type: ignore[attr-defined]
    return failures[0] if failures else None


def tear_down(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Take the place of a case that is not run: end what the case before it left for it.

    Args:
        item: the case that is not run.
        nextitem: what will be run next: fixtures that it shares are kept.
    """
    item.session._setupstate.teardown_exact(nextitem)


@contextmanager
def _kept(failures: list[BaseException]) -> Iterator[None]:
    try:
        yield
    except _END:
        raise
    except BaseException as error:  # a test may raise anything, SystemExit too
        failures.append(error)
