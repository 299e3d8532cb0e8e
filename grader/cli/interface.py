"""An assignment's interface as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from grader.model import Assignment, Better, InterfaceEntry, Member, Metric

__all__ = ["interface_json", "interface_text"]

_SHOWN = {
    "id",
    "title",
    "summary",
    "points",
    "allowed_imports",
    "data",
    "files",
    "interface",
    "limits",
    "metrics",
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
    if assignment.data:
        data = assignment.data
        yield (
            f"Graded on rows drawn from {data.name}: {data.train} for training, {data.valid} for "
            f"validation, {data.test} for tests.\n"
        )
    for entry in assignment.interface:
        yield from _entry(entry)
    if assignment.metrics:
        yield "## Metrics\n"
    for metric in assignment.metrics:
        yield from _metric(metric)


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


def _metric(metric: Metric) -> Iterator[str]:
    runs = f"{metric.runs} trainings" if metric.runs > 1 else "one training"
    yield f"### {metric.title} ({metric.points.normalize():f} points)\n"
    threshold = metric.threshold
    if threshold is None:
        yield f"- `{metric.name}`, {metric.better} is better; thresholds are not calibrated yet\n"
        return
    down = " down" if metric.better is Better.LOWER else ""
    yield (
        f"- `{metric.name}`: no points at {threshold.zero:g}, full marks from {threshold.full:g}"
        f"{down}"
    )
    yield f"- the mean of {runs}; where that is not enough for full marks, of {2 * metric.runs}"
    yield (
        f"- a right solution misses full marks in at most {100 * threshold.miss:g} % of all runs, "
        f"at {100 * threshold.confidence:g} % confidence ({threshold.method}, {threshold.runs} "
        "runs)\n"
    )


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
