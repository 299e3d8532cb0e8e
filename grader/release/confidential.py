"""What only the course may know of an assignment: what :mod:`grader.release.leaks` looks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.checks.runner import collect
from grader.model import Assignment
from grader.release.leaks import Secrets
from grader.release.starter import Starter

__all__ = ["secrets_of"]

_KEPT_BY_THE_GRADER = ("solution.py", "calibration.json")


def secrets_of(assignment: Assignment, starter: Starter) -> Secrets:
    """Read an assignment's hidden tests, reference, variants and known mistakes.

    Args:
        assignment: with its reference.
        starter: what students get of the reference.

    Raises:
        SpecError: the tests cannot be collected.
    """
    secrets = Secrets(_public(assignment))
    module = starter.files[f"{assignment.id}.py"].decode()
    for path, name in _texts(assignment.hidden_tests, f"assignments/{assignment.id}/tests/hidden"):
        secrets.add_test(path.read_text(encoding="utf-8"), name, also=[module])
    for path, name in _texts(
        assignment.folder / "mistakes", f"assignments/{assignment.id}/mistakes"
    ):
        secrets.add(path.read_text(encoding="utf-8"), name, also=[module])
    if assignment.reference is not None:
        where = f"reference/{assignment.id}"
        for part in starter.removed:
            secrets.add_region(part, f"{where}/solution.py", also=[module])
        for path, name in _texts(assignment.reference, where):
            if path.name not in _KEPT_BY_THE_GRADER:
                secrets.add(path.read_text(encoding="utf-8"), name, also=[module])
    return secrets


def _public(assignment: Assignment) -> Iterator[str]:
    """Yield what `grader show` and every grade say to students."""
    for entry in assignment.interface:
        for one in (entry, *entry.members):
            yield f"{one.name}{one.signature or ''}"
            yield from (one.summary, one.returns, one.raises, *one.parameters.values())
        if entry.example is not None:
            yield from (entry.example.call, entry.example.answer)
    for test in collect(assignment):
        yield from (test.title, test.hint)
    for metric in assignment.metrics:
        yield from (metric.title, metric.hint)


def _texts(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of a folder that are UTF-8 text, with their names from the course's root."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not path.is_file() or any(part.startswith((".", "__")) for part in parts):
            continue
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield path, "/".join((name, *parts))
