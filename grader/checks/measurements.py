"""Work that several tests share: done once per submission, with the same result for each of them.

Training takes seconds, so that a test of the history and a test of the predictions should look at
one training. What they share must not depend on which of them comes first: the worker forgets and
seeds everything before a measurement, and again before the test goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from grader.checks.credit import collect_credit
from grader.checks.proxy import Call, SubmissionProxy
from grader.errors import SpecError
from grader.seeds import derive
from grader.worker.seeding import seed_all

__all__ = ["Measure", "Measurements"]

_PLAIN = (bool, int, float, str, type(None))


class Measurements:
    """What was measured in one run of an assignment's tests, of each side.

    Args:
        seed: the round's seed.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._results: dict[tuple[object, ...], _Result] = {}

    def get(
        self,
        proxy: SubmissionProxy,
        function: Callable[..., Any],
        args: tuple[object, ...],
        resume: Callable[[], None],
    ) -> Any:
        """Return what ``function(proxy, *args)`` returned, or raise what it raised.

        Args:
            proxy: the submission, or the reference that stands in for it.
            function: a function of a test module.
            args: plain values, or objects that are the same in all tests.
            resume: makes both sides ready for the test again.

        Raises:
            SpecError: the function cannot be measured.
        """
        name = f"{function.__module__}.{function.__qualname__}"
        if "<" in name:
            raise SpecError(
                f"measure({function.__qualname__}): expected a function of the test module",
                remedy="A lambda or an inner function may see other values in each test; pass them "
                "as arguments.",
            )
        if not proxy.untouched:
            raise SpecError(
                f"measure({function.__qualname__}) comes after another use of the submission",
                remedy="Objects of the submission do not outlive a measurement: measure first.",
            )
        key = (id(proxy), function, *map(_identity, args))
        known = self._results.get(key)
        if known is None:
            labels = [str(arg) if isinstance(arg, _PLAIN) else type(arg).__name__ for arg in args]
            before = list(proxy.trace)
            known = _measured(proxy, function, args, [self._seed, "measure", name, *labels])
            self._results[key] = known
            resume()
            proxy.trace.extend(before)
        proxy.trace.extend(known.trace)  # it tells what a failure is about
        if known.failure is not None:
            raise known.failure.with_traceback(None)
        return known.value


class Measure:
    """The fixture ``measure`` of one test: ``measure(function, *args)``."""

    def __init__(self, get: Callable[[Callable[..., Any], tuple[object, ...]], Any]) -> None:
        self._get = get

    def __call__(self, function: Callable[..., Any], *args: object) -> Any:
        """Return what ``function(submission, *args)`` returned; it is called once per submission.

        Args:
            function: a function of the test module. It returns plain values: objects that stay
                in the worker do not outlive it.
            args: plain values, which also decide its seeds, or objects that are the same in all
                tests, such as ``data``.

        Raises:
            SpecError: the function is none of a module, grants credit, or the test has used the
                submission before.
            Exception: whatever the function raised, in every test that asks.
        """
        return self._get(function, args)


class _Result(NamedTuple):
    """What a measured function returned or raised, and the objects that its key names by id."""

    value: Any
    failure: BaseException | None
    trace: list[Call]
    held: tuple[object, ...]


def _identity(arg: object) -> tuple[object, ...]:
    return (type(arg), repr(arg)) if isinstance(arg, _PLAIN) else (id(arg),)


def _measured(
    proxy: SubmissionProxy,
    function: Callable[..., Any],
    args: tuple[object, ...],
    labels: list[str],
) -> _Result:
    seed, *names = labels
    seed_all(derive(seed, "grader", *names))
    proxy.begin(derive(seed, "worker", *names))
    failures = (Exception, pytest.fail.Exception, pytest.skip.Exception)
    value, failure = None, None
    with collect_credit() as granted:
        try:
            value = function(proxy, *args)
        except failures as error:
            failure = error
    if granted.fraction:
        failure = SpecError(
            f"{names[1]} grants credit, but is no test",
            remedy="Call credit() in the tests that use what is measured.",
        )
    return _Result(value, failure, list(proxy.trace), (proxy, *args))
