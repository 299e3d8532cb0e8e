"""Parts of an assignment: which public tests are about which function or class.

It is read from the tests' source, so that it is known before anything is run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from grader.documents import did_you_mean
from grader.errors import UsageError
from grader.model import Assignment, TestCase

__all__ = ["Part", "parts_of", "selected_tests"]


class Part(NamedTuple):
    """A function or class of the interface, or an attribute of one, and the tests about it."""

    name: str
    tests: tuple[str, ...]


def parts_of(assignment: Assignment, tests: Sequence[TestCase]) -> tuple[Part, ...]:
    """Return the functions and classes of the interface, each with the ids of its tests.

    A test is about the name furthest down in the interface of those that it uses: a test of
    ``backward`` needs ``forward``, and tells nothing about it. Where that leaves a name without
    a test, all that use it are its tests.

    Args:
        assignment: whose interface.
        tests: its public tests.
    """
    uses = _uses(assignment.public_tests)
    order = [entry.name for entry in assignment.interface]
    users: dict[str, list[str]] = {name: [] for name in order}
    subjects: dict[str, list[str]] = {name: [] for name in order}
    for test in tests:
        used = [name for name in order if name in uses.get(test.id, ())]
        for name in used:
            users[name].append(test.id)
        if used:
            subjects[used[-1]].append(test.id)
    return tuple(Part(name, tuple(subjects[name] or users[name])) for name in order)


def selected_tests(assignment: Assignment, tests: Sequence[TestCase], name: str) -> tuple[str, ...]:
    """Return the ids of the tests that a name selects.

    Args:
        assignment: whose interface.
        tests: its public tests.
        name: a function or class of the interface, a method or attribute (``fit`` or
            ``Perceptron.fit``), a test, or a class of tests.

    Raises:
        UsageError: nothing has that name, or no public test is about it.
    """
    ids = [test.id for test in tests]
    named: dict[str, tuple[str, ...]] = dict(parts_of(assignment, tests))
    uses = _uses(assignment.public_tests)
    for entry in assignment.interface:
        for member in entry.members:
            users = [test for test in ids if member.name in uses.get(test, ())]
            own = tuple(test for test in users if test in named[entry.name]) or tuple(users)
            named[f"{entry.name}.{member.name}"] = own
            named[member.name] = tuple(dict.fromkeys((*named.get(member.name, ()), *own)))
    for test in ids:
        owner, dot, _ = test.rpartition(".")
        named[test] = (test,)
        if dot:
            named[owner] = (*named.get(owner, ()), test)
    listed = ", ".join(entry.name for entry in assignment.interface)
    remedy = f"Its parts are: {listed}. Tests can be named too: {', '.join(ids)}."
    if name not in named:
        raise UsageError(
            f'{assignment.id} has no part called "{name}"{did_you_mean(name, named)}',
            remedy=remedy,
        )
    if not named[name]:
        raise UsageError(
            f"no public test of {assignment.id} is about {name}; hidden tests may be",
            remedy=f'grader.check("{assignment.id}") runs all public tests.',
        )
    return named[name]


def _uses(folder: Path) -> dict[str, frozenset[str]]:
    """Return which names every test asks of its arguments, by the test's id."""
    uses: dict[str, frozenset[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        module = _Module(path)
        uses |= {name: module.asked_by(name) for name in module.definitions}
    return uses


class _Module:
    """The source of a test module: its functions, and what else has a name in it."""

    def __init__(self, path: Path) -> None:
        tree = ast.parse(path.read_bytes())
        self.definitions = dict(_definitions(tree.body))
        self._imported: dict[str, str] = {}  # name -> module that it comes from
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                source = getattr(node, "module", None) or ""
                for alias in node.names:
                    self._imported[alias.asname or alias.name.partition(".")[0]] = source

    def asked_by(self, name: str) -> frozenset[str]:
        """Return the attributes that a function uses, and those that it calls in turn."""
        nodes = [node for found in self._reached(name) for node in ast.walk(found)]
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        asked = {
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute)
            and not (isinstance(node.value, ast.Name) and node.value.id in self._imported)
        }
        if "getattr" in names:  # getattr(submission, name)(...), for names in a list
            asked |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
        for helper in names & self._imported.keys():
            asked |= _asked_by_helper(self._imported[helper], helper)
        return frozenset(asked)

    def _reached(self, name: str) -> Iterable[ast.AST]:
        reached: dict[str, ast.AST] = {}
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name in self.definitions and name not in reached:
                reached[name] = self.definitions[name]
                waiting += [
                    node.id for node in ast.walk(reached[name]) if isinstance(node, ast.Name)
                ]
        return reached.values()


@cache
def _asked_by_helper(module: str, name: str) -> frozenset[str]:
    """Return what a function of :mod:`grader.checks` asks of its arguments."""
    if module.partition(".")[0] != __name__.partition(".")[0] or module not in sys.modules:
        return frozenset()
    return _Module(Path(str(sys.modules[module].__file__))).asked_by(name)


def _definitions(body: Sequence[ast.stmt], owner: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield functions, methods with their class in front, and what constants are."""
    for node in body:
        match node:
            case ast.FunctionDef():
                yield f"{owner}{node.name}", node
            case ast.ClassDef():
                yield from _definitions(node.body, f"{node.name}.")
            case ast.Assign(targets=[ast.Name(id=name)]) if not owner:
                yield name, node.value
