"""What decides the scores of solutions, as digests: if one changes, thresholds are out of date.

Comments, empty lines and tests that measure no metric do not count, so that a cell of text in the
reference, or another test in the same file, can be mended without a new calibration.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from grader.datasets import TWINS, draw
from grader.model import Assignment, DataDraw

__all__ = ["digest_of", "digests"]


def digests(assignment: Assignment) -> dict[str, str]:
    """Return digests of what decides the scores of all solutions, by what it is called."""
    assert assignment.reference is not None
    data = assignment.data and assignment.data.model_dump(mode="json")
    metrics = {metric.name: [metric.better, metric.runs] for metric in assignment.metrics}
    tests = sorted(assignment.folder.glob("tests/**/*.py"))
    return {
        "data and metrics of the specification": _digest(
            json.dumps({"data": data, "metrics": metrics}, sort_keys=True)
        ),
        "tests of metrics": _digest(*(part for path in tests for part in _deciding(path))),
        "reference solution": digest_of(assignment.reference / "solution.py"),
        **_digest_of_twin(assignment.data),
    }


def digest_of(path: Path) -> str:
    """Return a SHA-256 of a module's text, in hexadecimal."""
    return _digest(_plain(path.read_text(encoding="utf-8")))


def _deciding(path: Path) -> Iterator[str]:
    """Yield those parts of a test file that tests of metrics use; of a helper file, all."""
    text = path.read_text(encoding="utf-8")
    if not path.name.startswith("test_"):
        yield _plain(text)
        return
    parts = ast.parse(text).body
    by_name = {name: part for part in parts for name in _defined(part)}
    reached: dict[ast.stmt, None] = {}
    waiting = [part for part in parts if _measures(part)]
    while waiting:
        part = waiting.pop()
        if part not in reached:
            reached[part] = None
            waiting += [by_name[name] for name in _used(part) if name in by_name]
    for part in sorted(reached, key=lambda part: part.lineno):
        decorators = getattr(part, "decorator_list", [])
        first = min([part.lineno, *(decorator.lineno for decorator in decorators)])
        yield _plain("\n".join(text.splitlines()[first - 1 : part.end_lineno]))


def _measures(part: ast.stmt) -> bool:
    """Tell whether a function or class at the top of a file has the mark ``metric``."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == "metric"
        for inner in ast.walk(part)
        for decorator in getattr(inner, "decorator_list", [])
        for node in ast.walk(decorator)
    )


def _defined(part: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement at the top of a file defines."""
    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield part.name
        return
    for node in ast.walk(part):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _used(part: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement may use.

    Those of arguments may be fixtures, and a text may name a test that has to pass before.
    """
    for node in ast.walk(part):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield name
            case ast.Constant(value=str(name)):
                yield name


def _digest_of_twin(data: DataDraw | None) -> dict[str, str]:
    """Return a digest of what a twin's rows look like; published tables do not change."""
    if data is None or data.name not in TWINS:
        return {}
    rows = draw(data.name, train=data.train, valid=data.valid, test=data.test, seed=0)
    # Six digits, so that another processor's last bit makes no difference.
    means = (mean for part in rows for mean in np.atleast_1d(part.mean(axis=0)))
    return {"rows of the twin": _digest(" ".join(f"{mean:.6g}" for mean in means))}


def _plain(text: str) -> str:
    """Leave out comments that have a line of their own, and empty lines."""
    lines = text.splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip() and line.lstrip()[0] != "#")


def _digest(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
