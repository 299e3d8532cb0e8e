"""What a check shows below the cell that asked for it: a fragment for other people's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import dedent, indent
from typing import NamedTuple

from grader.model import Status, Verdict
from grader.report.metric import gauge
from grader.report.page import fragment
from grader.report.text import clip

__all__ = [
    "Message",
    "PartView",
    "PartsGroup",
    "message_parts",
    "render_check",
    "render_parts",
]

_OPEN = 3  # tests whose reasons are unfolded; an empty notebook fails all of them alike
_INDENT = "  "
_PATTERN = "pattern: "
_LABELS = {"got": "got      ", "expected": "expected "}  # of the lines that show small arrays


@dataclass(frozen=True, slots=True)
class PartView:
    """One line of the list of parts.

    Attributes:
        name: what ``grader.check`` takes.
        status: a status of a test, or ``open``.
        word: what the sign stands for, in a word or two.
        about: what there is to say besides.
    """

    name: str
    status: str
    word: str
    about: str


@dataclass(frozen=True, slots=True)
class PartsGroup:
    """The parts of one assignment."""

    title: str
    score: str
    parts: tuple[PartView, ...]


class Message(NamedTuple):
    """What a test says, taken apart: the sentence, the likely reason, both values, the rest."""

    told: str = ""
    pattern: str = ""
    got: str = ""
    expected: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """One test as the fragment shows it."""

    title: str
    status: Status
    points: Decimal
    max_points: Decimal
    message: Message
    hint: str
    unfolded: bool


def render_check(
    verdicts: Sequence[Verdict], *, title: str, score: str, problem: str = "", note: str = ""
) -> str:
    """Return the outcome of a check as HTML for a cell's output.

    It has no script, loads nothing, needs no style sheet, and looks as its surroundings do.

    Args:
        verdicts: of public tests.
        title: what was checked.
        score: the points, in words.
        problem: why the tests could not be run.
        note: one sentence for the end.
    """
    views: list[_View] = []
    unfolded = 0
    for verdict in verdicts:
        unfolded += verdict.status is not Status.PASSED
        views.append(_view(verdict, unfold=unfolded <= _OPEN))
    return fragment(
        "checked.html", title=title, score=score, views=views, problem=problem, note=note
    )


def render_parts(groups: Sequence[PartsGroup], *, note: str) -> str:
    """Return the list of what can be checked, as HTML for a cell's output."""
    return fragment("parts_list.html", groups=groups, note=note)


def _view(verdict: Verdict, *, unfold: bool) -> _View:
    if verdict.metric is not None:
        shown = gauge(verdict.metric)
        message = Message(f"{shown.value} ({shown.basis}), {shown.worth}")
    elif verdict.status is Status.PASSED:
        message = Message()
    else:
        message = message_parts(verdict.message)
    return _View(
        verdict.title,
        verdict.status,
        verdict.points,
        verdict.max_points,
        message,
        "" if verdict.status is Status.PASSED else verdict.hint,
        unfold,
    )


def message_parts(message: str) -> Message:
    """Take a message of :mod:`grader.checks.comparison` apart; of any other, all is told."""
    cut = clip(message)
    lines = (f"{cut.head}\n[{cut.note}]\n{cut.tail}" if cut.note else cut.head).split("\n")
    blocks: dict[str, list[str]] = {}
    block, label = "told", ""
    for line in lines:
        inner = line.removeprefix(_INDENT)
        if line == inner and not (label and not line):
            block, label = "told", ""
        elif arrays := [name for name, text in _LABELS.items() if inner.startswith(text)]:
            block, label = arrays[0], _LABELS[arrays[0]]
        elif line and not (label and line.startswith(" " * len(label))):
            block, label = ("pattern" if inner.startswith(_PATTERN) else "details"), ""
        elif label:
            inner = line  # a further row of an array
        blocks.setdefault(block, []).append(inner.removeprefix(label).removeprefix(_PATTERN))
    for name in _LABELS.keys() & blocks.keys():
        blocks[name] = _aligned(blocks[name])
    return Message(**{name: "\n".join(texts) for name, texts in blocks.items()})


def _aligned(rows: list[str]) -> list[str]:
    """Move the rows of an array under its first one, where they belong: one space to the right."""
    return [rows[0], *indent(dedent("\n".join(rows[1:])), " ").split("\n")] if rows[1:] else rows
