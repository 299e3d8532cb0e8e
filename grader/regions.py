"""Solution regions: the lines of a reference solution that students are to write themselves.

A region lies between the comments ``# BEGIN SOLUTION`` and ``# END SOLUTION``, each on a line of
its own; more number signs and other letter cases (``### begin solution``, as nbgrader writes) are
the same. In a function a region becomes a ``NotImplementedError`` that says what to write, so
that signature and docstring, which stand outside, stay; elsewhere it becomes a comment.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from grader.errors import SpecError

__all__ = ["without_solutions"]

_MARKER = re.compile(r"#+\s*(?:(begin|end)\s+)?solutions?\b\s*(.*)", re.IGNORECASE)
_CELL = re.compile(r"#\s*%%")


@dataclass(frozen=True)
class _Region:
    """The lines of the two markers, from 1."""

    begin: int
    end: int


@dataclass(frozen=True)
class _Statement:
    """Where a statement stands.

    Attributes:
        first: its first line, decorators included, from 1.
        last: its last line.
        block: tells apart the lists of statements that make up a module.
        function: the innermost function around it; empty outside of functions.
    """

    first: int
    last: int
    block: tuple[int, str]
    function: str


def without_solutions(text: str, name: str) -> str:
    """Return a module's text with every solution region replaced.

    Args:
        text: Python that can be imported as it is.
        name: the file as error messages call it.

    Raises:
        SpecError: there is no region; a marker has no partner, is nested or shares its line with
            code; a region cuts a statement or a cell in two, holds no statement, or leaves
            invalid Python. Names the line.
    """
    tree = _parsed(text, name)
    lines = text.rstrip("\n").split("\n")
    regions = list(_regions(text, name))
    if not regions:
        raise SpecError(
            "there is no solution region, so students would be given the whole solution",
            where=name,
            remedy="Put what they must write between # BEGIN SOLUTION and # END SOLUTION.",
        )
    statements = list(_statements(tree))
    kept: list[tuple[int, str]] = []  # each line of the result with the line that it came from
    done = 0
    for region in regions:
        kept += enumerate(lines[done : region.begin - 1], done + 1)
        kept.append((region.begin, _replacement(region, statements, lines, name)))
        done = region.end
    kept += enumerate(lines[done:], done + 1)
    result = "".join(f"{line}\n" for _, line in kept)
    try:
        ast.parse(result)
    except SyntaxError as error:
        source = kept[min(error.lineno or 1, len(kept)) - 1][0]
        raise SpecError(
            f"without its solution regions this is not Python: {error.msg}",
            where=f"{name}:{source}",
            remedy="Leave at least one statement, such as a docstring, outside the region.",
        ) from None
    return result


def _parsed(text: str, name: str) -> ast.Module:
    """Parse the reference solution."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise SpecError(
            f"this is not Python: {error.msg}", where=f"{name}:{error.lineno or 1}"
        ) from None


def _regions(text: str, name: str) -> Iterator[_Region]:
    """Yield the regions in order; only comments count, never text in a string."""
    begin = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        where = f"{name}:{line}"
        if begin and _CELL.match(token.string):
            raise SpecError(
                f"the region begun on line {begin} must end in its own cell", where=where
            )
        marker = _MARKER.fullmatch(token.string.strip())
        if marker is None:
            continue
        kind, rest = marker.groups()
        if kind is None and rest:
            continue  # a comment that speaks of a solution
        if kind is None or rest or token.line[: token.start[1]].strip():
            # Other tools' dialects mean something by these; passed over, they would leak.
            raise SpecError(
                f"found `{token.line.strip()}`, expected a marker alone on its line",
                where=where,
                remedy="Write # BEGIN SOLUTION before the lines and # END SOLUTION after them.",
            )
        if kind.lower() == "begin":
            if begin:
                raise SpecError(f"the region begun on line {begin} is still open", where=where)
            begin = line
        elif not begin:
            raise SpecError("END SOLUTION without a BEGIN SOLUTION", where=where)
        else:
            yield _Region(begin, line)
            begin = 0
    if begin:
        raise SpecError("BEGIN SOLUTION without an END SOLUTION", where=f"{name}:{begin}")


def _statements(
    node: ast.AST, names: tuple[str, ...] = (), function: str = ""
) -> Iterator[_Statement]:
    """Yield all statements below a node, outer ones first.

    Args:
        node: where to begin.
        names: the classes and functions around it.
        function: the innermost function around it, such as ``"Perceptron.fit"``.
    """
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.stmt):
                decorators = getattr(child, "decorator_list", [])
                first = min(part.lineno for part in (child, *decorators))
                last = child.end_lineno or child.lineno
                yield _Statement(first, last, (id(node), field), function)
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                around = (*names, child.name)
                yield from _statements(child, around, ".".join(around))
            elif isinstance(child, ast.ClassDef):
                yield from _statements(child, (*names, child.name), function)
            else:
                yield from _statements(child, names, function)


def _replacement(region: _Region, statements: list[_Statement], lines: list[str], name: str) -> str:
    """Return the line that stands for a region, having checked that it is whole."""
    outer: list[_Statement] = []
    for statement in statements:
        if region.begin < statement.first < region.end and not any(
            around.first <= statement.first <= around.last for around in outer
        ):
            outer.append(statement)
    if not outer:
        raise SpecError("this region holds no statement", where=f"{name}:{region.begin}")
    for number in range(region.begin + 1, region.end):
        code = lines[number - 1].strip()
        if code and not code.startswith("#"):
            inside = any(statement.first <= number <= statement.last for statement in outer)
            if not inside:
                raise _cut(f"`{code}` belongs to a statement outside", number, name)
    for statement in outer:
        if statement.last >= region.end:
            raise _cut("the statement ends outside", statement.first, name)
        if statement.block != outer[0].block:
            raise _cut("the statement belongs to another block", statement.first, name)
    line = lines[outer[0].first - 1]
    indentation = line[: len(line) - len(line.lstrip())]
    if outer[0].function:
        return f'{indentation}raise NotImplementedError("Write {outer[0].function}() here.")'
    return f"{indentation}# Write your code here"


def _cut(what: str, line: int, name: str) -> SpecError:
    """Return the error for a region whose borders run through a statement."""
    return SpecError(
        f"the region cuts a statement in two: {what}",
        where=f"{name}:{line}",
        remedy="Let a region hold whole statements of one block.",
    )
