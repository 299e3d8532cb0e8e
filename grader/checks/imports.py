"""The import rule, read from the source: which lines import what the assignment does not allow.

The worker refuses such imports when they are run; this tells the student about all of them at
once, also about those in functions that no test reached.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

from grader.model import Assignment, CellKind, Notice, Submission

__all__ = ["forbidden_imports", "parsed"]

_ALWAYS = frozenset(("IPython", "ipykernel", "matplotlib_inline", "grader"))
_IMPORTING_CALLS = frozenset(("__import__", "import_module"))


def forbidden_imports(submission: Submission, assignment: Assignment) -> tuple[Notice, ...]:
    """Return a notice for every import that the assignment does not allow.

    Source that cannot be parsed is passed over: running it reports the syntax error.
    """
    if not assignment.allowed_imports:
        return ()
    own = {name.partition("/")[0].removesuffix(".py") for name in submission.files}
    allowed = _ALWAYS | set(assignment.allowed_imports) | own | sys.stdlib_module_names
    return tuple(
        Notice(
            code="import",
            message=f"{name!r} is imported, which this assignment does not allow; it allows "
            f"{', '.join(assignment.allowed_imports)} and the standard library",
            where=f"{place}, line {line}",
        )
        for place, tree in _trees(submission)
        for name, line in _imports(tree)
        if name not in allowed
    )


def _trees(submission: Submission) -> Iterator[tuple[str, ast.AST]]:
    number = 0
    if submission.kind == "notebook":
        for cell in submission.cells:
            if cell.kind is CellKind.CODE:
                number += 1
                tree = parsed(cell.source)
                if tree is not None:
                    yield f"code cell {number}", tree
    for name, data in submission.files.items():
        if name.endswith(".py"):
            tree = parsed(data.decode("utf-8", "replace"))
            if tree is not None:
                yield name, tree


def parsed(source: str) -> ast.AST | None:
    """Parse a cell as IPython would; None for what is no Python.

    Most cells are plain Python and need no transformation.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's invalid escape is not ours to report
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
        try:
            return ast.parse(str(TransformerManager().transform_cell(source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the top-level name and line of every absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno
        elif isinstance(node, ast.Call) and _called(node.func) in _IMPORTING_CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.partition(".")[0], node.lineno


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
