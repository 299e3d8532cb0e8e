"""An assignment's interface as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from grader.model import Assignment, InterfaceEntry, Member

__all__ = ["interface_json", "interface_text"]

_SHOWN = {
    "id",
    "title",
    "summary",
    "points",
    "allowed_imports",
    "files",
    "interface",
    "limits",
    "dates",
}


def interface_json(assignment: Assignment) -> str:
    """Return everything that a submission must agree with, as a JSON object."""
    return json.dumps(assignment.model_dump(mode="json", include=_SHOWN), indent=2)


def interface_text(assignment: Assignment) -> str:
    """Return everything that a submission must agree with, as Markdown."""
    return "\n".join(_lines(assignment))


def _lines(assignment: Assignment) -> Iterator[str]:
    limits = assignment.limits
    yield f"# {assignment.title} ({assignment.points.normalize():f} points)\n"
    yield f"{assignment.summary}\n"
    if assignment.allowed_imports:
        names = ", ".join(f"`{name}`" for name in assignment.allowed_imports)
        yield f"May be imported: {names} and the standard library.\n"
    if assignment.files:
        names = ", ".join(f"`{name}`" for name in assignment.files)
        yield f"In the working folder: {names}.\n"
    yield (
        f"Limits: {limits.cell_seconds:g} s of computing per cell, {limits.call_seconds:g} s per "
        f"call, {limits.total_seconds:g} s in all; {limits.memory_mb} MB of memory.\n"
    )
    for entry in assignment.interface:
        yield from _entry(entry)


def _entry(entry: InterfaceEntry) -> Iterator[str]:
    keyword = "class" if entry.kind == "class" else "def"
    yield f"## `{keyword} {entry.name}{entry.signature or ''}`\n"
    yield from _details(entry)
    for member in entry.members:
        if member.is_method:
            yield f"### `{entry.name}.{member.name}{member.signature}`\n"
            yield from _details(member)
        else:
            yield f"### `{entry.name}.{member.name}` (attribute)\n"
            yield f"{member.summary}\n"
    if entry.example:
        yield f"Example:\n\n```python\n>>> {entry.example.call}\n{entry.example.answer}\n```\n"


def _details(member: Member) -> Iterator[str]:
    if member.summary:
        yield f"{member.summary}\n"
    for name, text in member.parameters.items():
        yield f"- `{name}`: {text}"
    if member.returns:
        yield f"- returns {member.returns}"
    if member.raises:
        yield f"- raises {member.raises}"
    yield ""
