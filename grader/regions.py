"""Solution regions: the lines of a reference solution that students are to write themselves.

A region lies between the comments ``# BEGIN SOLUTION`` and ``# END SOLUTION``, each on a line of
its own; more number signs and other letter cases (``### begin solution``, as nbgrader writes) are
the same. In a function a region becomes a ``NotImplementedError`` that says what to write, so
that signature and docstring, which stand outside, stay; elsewhere it becomes a comment, and in a
cell of text a line that asks for an answer.

The other comments of nbgrader and otter are understood as well:

- ``# BEGIN SOLUTION NO PROMPT``, ``# BEGIN HIDDEN TESTS``, ``# BEGIN MARK SCHEME`` and
  ``# BEGIN IGNORE``: nothing stands in the region's place.
- ``y = 2 * x  # SOLUTION``: of an assignment ``y = ...`` stays; any other statement of one line
  becomes what a region becomes.
- ``y = 2 * x  # SOLUTION NO PROMPT``, and likewise ``# SEED`` and ``# IGNORE``, otter's for lines
  that students do not get: nothing stands in the line's place.
- A string that begins with ``# BEGIN PROMPT`` and is followed by ``# END PROMPT``: its lines are
  code that students get, and that the reference does not run.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.errors import SpecError

__all__ = ["ANSWER", "CODE", "Remainder", "without_solutions"]

CODE = "# Write your code here"
"""What stands in the place of code outside of functions."""

ANSWER = "*Write your answer here.*"
"""What stands in the place of a written answer."""

_MARKER = re.compile(
    r"#+\s*(?:(begin|end)\s+)?(solutions?|hidden tests?|mark scheme|ignore|prompt|seed)\b\s*(.*)",
    re.IGNORECASE,
)
_CELL = re.compile(r"#\s*%%\s*(?:[^\[\]]*\[(markdown|md|raw)\])?")
_PROMPT = re.compile(
    r'(?:"""|\'\'\')\s*# BEGIN PROMPT[^\n]*\n(.*?)\n?[ \t]*(?:"""|\'\'\')', re.DOTALL
)
_REMEDY = "Write # BEGIN SOLUTION before the lines and # END SOLUTION after them."


class Remainder(NamedTuple):
    """What students get of a module.

    Attributes:
        text: the module without its solutions.
        removed: what was taken out, in order.
    """

    text: str
    removed: tuple[str, ...]


class _Edit(NamedTuple):
    """Lines, from 1, and what stands in their place."""

    first: int
    last: int
    text: str | None


class _Statement(NamedTuple):
    """Where a statement stands.

    Attributes:
        first: its first line, decorators included, from 1.
        last: its last line.
        block: tells apart the lists of statements that make up a module.
        function: the innermost function around it; empty outside of functions.
        node: the statement.
    """

    first: int
    last: int
    block: tuple[int, str]
    function: str
    node: ast.stmt


class _Mark(NamedTuple):
    """A marker.

    Attributes:
        line: where it stands, from 1.
        kind: ``"solution"``, ``"hidden test"``, ``"mark scheme"``, ``"ignore"``, ``"seed"``,
            ``"prompt"``, or ``"cell"`` for the beginning of a cell.
        verb: ``"begin"``, ``"end"``, or nothing for one behind a statement.
        stub: something is to stand in the place of what it marks.
        written: it stands in a cell of text.
        last: of a prompt, its last line.
        inner: of a prompt, its text.
    """

    line: int
    kind: str
    verb: str = ""
    stub: bool = False
    written: bool = False
    last: int = 0
    inner: str = ""


def without_solutions(text: str, name: str) -> Remainder:
    """Return a module with every solution region replaced, and what was taken out.

    Args:
        text: Python that can be imported as it is, in percent format or plain.
        name: the file as error messages call it.

    Raises:
        SpecError: a marker has no partner, is nested or shares its line with code that it does
            not speak of; a region cuts a statement or a cell in two, holds no statement, or
            leaves invalid Python. Names the line.
    """
    statements = list(_statements(_parsed(text, name)))
    lines = text.rstrip("\n").split("\n")
    kept: list[tuple[int, str]] = []  # each line of the result with the line that it came from
    removed: list[str] = []
    done = 0
    for edit in sorted(_edits(text, lines, statements, name)):
        kept += enumerate(lines[done : edit.first - 1], done + 1)
        removed.append("\n".join(lines[edit.first - 1 : edit.last]))
        if edit.text is not None:
            kept += ((edit.first, line) for line in edit.text.split("\n"))
        done = edit.last
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
    return Remainder(result, tuple(removed))


def _parsed(text: str, name: str) -> ast.Module:
    """Parse the reference solution."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise SpecError(
            f"this is not Python: {error.msg}", where=f"{name}:{error.lineno or 1}"
        ) from None


def _edits(
    text: str, lines: Sequence[str], statements: Sequence[_Statement], name: str
) -> Iterator[_Edit]:
    """Yield what is to be replaced, having matched the markers."""
    begun: _Mark | None = None
    for mark in _marks(text, lines, name):
        where = f"{name}:{mark.line}"
        kind = mark.kind.upper()
        if begun and mark.kind in ("cell", "prompt"):
            place = "in its own cell" if mark.kind == "cell" else "before a prompt"
            raise SpecError(f"the region begun on line {begun.line} must end {place}", where=where)
        if mark.kind == "prompt":
            yield _Edit(mark.line, mark.last, mark.inner or None)
        elif mark.verb == "begin":
            if begun:
                raise SpecError(f"the region begun on line {begun.line} is still open", where=where)
            begun = mark
        elif mark.verb == "end":
            if not begun or begun.kind != mark.kind:
                raise SpecError(f"END {kind} without a BEGIN {kind}", where=where)
            yield _Edit(begun.line, mark.line, _region(begun, mark.line, statements, lines, name))
            begun = None
        elif mark.kind != "cell" and not begun:
            yield _line_edit(mark, statements, lines, name)
    if begun:
        kind = begun.kind.upper()
        raise SpecError(f"BEGIN {kind} without an END {kind}", where=f"{name}:{begun.line}")


def _marks(text: str, lines: Sequence[str], name: str) -> Iterator[_Mark]:
    """Yield the markers, and where cells begin; only comments count, never text in a string."""
    cell = ""
    prompt_ends = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        line = token.start[0]
        if token.type == tokenize.STRING and (prompt := _PROMPT.fullmatch(token.string)):
            prompt_ends = token.end[0]
            if not lines[prompt_ends - 1].strip().upper().endswith("# END PROMPT"):
                raise SpecError(
                    "BEGIN PROMPT without an END PROMPT",
                    where=f"{name}:{line}",
                    remedy='Write """; # END PROMPT where the prompt ends.',
                )
            yield _Mark(line, "prompt", last=prompt_ends, inner=prompt[1])
        if token.type != tokenize.COMMENT or line == prompt_ends:
            continue
        before = token.line[: token.start[1]].strip()
        if header := None if before else _CELL.match(token.string):
            cell = header[1] or ""
            yield _Mark(line, "cell")
        comment = token.string.strip()
        if cell:  # of text: what looks like a comment is one line of it
            comment = f"# {comment.strip('# =')}"
        marker = None if cell == "raw" else _MARKER.fullmatch(comment)
        if marker is None:
            continue
        verb, kind, rest = (marker[1] or "").lower(), marker[2].lower().rstrip("s"), marker[3]
        prompt_wanted = kind == "solution"
        if prompt_wanted and re.fullmatch(r"no\s+prompt", rest.strip(), re.IGNORECASE):
            prompt_wanted, rest = False, ""
        if _is_remark(verb, kind, rest, marker[2], before, cell):
            continue
        if rest or bool(verb) == bool(before) or kind == "prompt":
            # Passed over, they would leak.
            raise SpecError(
                f"found `{token.line.strip()}`, expected a marker alone on its line",
                where=f"{name}:{line}",
                remedy=_REMEDY,
            )
        yield _Mark(line, kind, verb, prompt_wanted, bool(cell))


def _is_remark(verb: str, kind: str, rest: str, written: str, before: str, cell: str) -> bool:
    """Tell whether a comment only speaks of a solution, and is no marker."""
    if verb:
        return kind == "seed" or bool(rest and kind != "solution")
    if cell or rest or kind in ("hidden test", "mark scheme", "prompt"):
        return True
    if kind in ("seed", "ignore"):  # ordinary words, and markers in capitals after code alone
        return not before or not written.isupper()
    return False


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
                yield _Statement(first, last, (id(node), field), function, child)
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                around = (*names, child.name)
                yield from _statements(child, around, ".".join(around))
            elif isinstance(child, ast.ClassDef):
                yield from _statements(child, (*names, child.name), function)
            else:
                yield from _statements(child, names, function)


def _stub(function: str) -> str:
    """Return what stands for code that students are to write."""
    return f'raise NotImplementedError("Write {function}() here.")' if function else CODE


def _region(
    region: _Mark, end: int, statements: Sequence[_Statement], lines: Sequence[str], name: str
) -> str | None:
    """Return the line that stands for a region, having checked that it is whole."""
    if region.written:
        return f"# {ANSWER}" if region.stub else None
    outer: list[_Statement] = []
    for statement in statements:
        if region.line < statement.first < end and not any(
            around.first <= statement.first <= around.last for around in outer
        ):
            outer.append(statement)
    if not outer:
        raise SpecError("this region holds no statement", where=f"{name}:{region.line}")
    for number in range(region.line + 1, end):
        code = lines[number - 1].strip()
        if code and not code.startswith("#"):
            inside = any(statement.first <= number <= statement.last for statement in outer)
            if not inside:
                raise _cut(f"`{code}` belongs to a statement outside", number, name)
    for statement in outer:
        if statement.last >= end:
            raise _cut("the statement ends outside", statement.first, name)
        if statement.block != outer[0].block:
            raise _cut("the statement belongs to another block", statement.first, name)
    if not region.stub:
        return None
    return _indentation(lines[outer[0].first - 1]) + _stub(outer[0].function)


def _line_edit(
    mark: _Mark, statements: Sequence[_Statement], lines: Sequence[str], name: str
) -> _Edit:
    """Return what stands for the one statement of a line that is marked behind it."""
    line = mark.line
    there = [one for one in statements if one.first <= line <= one.last]
    starting = [one for one in there if one.first == line]
    if len(starting) != 1 or starting[0] is not there[-1] or starting[0].last != line:
        raise SpecError(
            f"found `{lines[line - 1].strip()}`, where the marker is not behind one statement of "
            "one line",
            where=f"{name}:{line}",
            remedy=_REMEDY,
        )
    if not mark.stub:
        return _Edit(line, line, None)
    statement, text = starting[0], lines[line - 1]
    match statement.node:
        case ast.Assign(targets=[*_, left]) | ast.AnnAssign(annotation=left, value=ast.expr()):
            named = text.encode()[: left.end_col_offset].decode()
            return _Edit(line, line, f"{named} = ...")
    return _Edit(line, line, _indentation(text) + _stub(statement.function))


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _cut(what: str, line: int, name: str) -> SpecError:
    """Return the error for a region whose borders run through a statement."""
    return SpecError(
        f"the region cuts a statement in two: {what}",
        where=f"{name}:{line}",
        remedy="Let a region hold whole statements of one block.",
    )
