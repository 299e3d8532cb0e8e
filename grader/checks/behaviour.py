"""Checks of how a submission's function behaves, beside what it returns."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

import numpy as np

from grader.checks.proxy import Handle, MissingNameError, Remote, Root, SubmissionProxy, label
from grader.errors import SpecError, StudentError

__all__ = ["assert_raises", "assert_unmodified"]

_READ_BACK = (list, tuple, dict, set, np.ndarray)


def assert_unmodified(function: Root | Handle, *args: object, **kwargs: object) -> Any:
    """Call ``function`` and fail if it changed one of its arguments in place.

    Arrays and containers are placed in the worker, passed, and read back after the call; values
    that the submission returned earlier are read back as they are. Objects that stay in the
    worker, such as models, are not looked into.

    Args:
        function: a function or class of the submission, or a method of a handle.
        *args: positional arguments.
        **kwargs: keyword arguments.

    Returns:
        What the function returned.

    Raises:
        AssertionError: an argument was changed; names it.
        SpecError: ``function`` is not one of the submission's.
    """
    __tracebackhide__ = True
    if not isinstance(function, (Root, Handle)):
        raise SpecError("assert_unmodified() needs a function of the submission, uncalled")
    proxy: SubmissionProxy = object.__getattribute__(function, "_proxy")
    names = _parameter_names(function, len(args))
    placed = {name: _place(proxy, value) for name, value in zip(names, args, strict=True)}
    named = {name: _place(proxy, value) for name, value in kwargs.items()}
    result = function(*placed.values(), **named)
    before = dict(zip(names, args, strict=True)) | kwargs
    for name, remote in (placed | named).items():
        if isinstance(remote, Remote):
            place = _difference(before[name], remote.value, name)
            if place:
                raise AssertionError(
                    f"{label(function)}() changed its argument {place} in place; "
                    "work on a copy instead, such as np.array(x)"
                )
    return result


def assert_raises(kind: str, function: Root | Handle, *args: object, **kwargs: object) -> None:
    """Call ``function`` and fail unless it raises an exception of class ``kind``.

    Args:
        kind: class name, such as ``"ValueError"``; subclasses count.
        function: a function or class of the submission, or a method of a handle.
        *args: positional arguments.
        **kwargs: keyword arguments.

    Raises:
        AssertionError: nothing was raised, or something else.
    """
    __tracebackhide__ = True
    try:
        function(*args, **kwargs)
    except MissingNameError:
        raise
    except StudentError as error:
        if kind in error.kinds:
            return
        raise AssertionError(
            f"{label(function)}() raised {error}, expected {_article(kind)}"
        ) from error
    raise AssertionError(f"{label(function)}() raised nothing, expected {_article(kind)}")


def _place(proxy: SubmissionProxy, value: object) -> object:
    if not isinstance(value, _READ_BACK):
        return value
    return proxy.put(value)


def _difference(before: object, after: object, path: str) -> str:
    """Return where ``after`` differs from ``before``, as an expression; empty if nowhere."""
    if isinstance(before, np.ndarray):
        same = (
            isinstance(after, np.ndarray) and after.shape == before.shape and _equal(before, after)
        )
        return "" if same else path
    if isinstance(before, dict):
        if not isinstance(after, dict) or list(map(repr, before)) != list(map(repr, after)):
            return path
        return _first(_difference(before[key], after[key], f"{path}[{key!r}]") for key in before)
    if isinstance(before, (list, tuple)):
        kind = list if isinstance(before, list) else tuple
        if not isinstance(after, kind) or len(after) != len(before):
            return path
        pairs = zip(before, after, strict=True)
        return _first(_difference(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(pairs))
    if isinstance(after, np.ndarray):
        return path
    same = before is after or before == after or (before != before and after != after)  # noqa: PLR0124
    return "" if same else path


def _equal(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> bool:
    if before.dtype.kind == "O" or after.dtype.kind == "O":
        return list(map(repr, before.ravel())) == list(map(repr, after.ravel()))
    return bool(np.array_equal(before, after, equal_nan=before.dtype.kind in "fcmM"))


def _first(places: Iterable[str]) -> str:
    return next((place for place in places if place), "")


def _parameter_names(function: Root | Handle, count: int) -> list[str]:
    """The names of the first ``count`` parameters, from the interface where it has them."""
    proxy: SubmissionProxy = object.__getattribute__(function, "_proxy")
    signature = proxy.signature(label(function))
    definition = ast.parse(f"def _{signature}: ...").body[0]
    assert isinstance(definition, ast.FunctionDef)
    names = [argument.arg for argument in definition.args.posonlyargs + definition.args.args]
    return [names[i] if i < len(names) else f"number {i + 1}" for i in range(count)]


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"
