"""Workflow commands of GitHub Actions: annotations, and that nothing else is taken for one.

Documented at https://docs.github.com/actions/reference/workflow-commands-for-github-actions; what
is not there was read in the runner's source: it trims a line before it looks for ``::``, finds the
older ``##[…]`` anywhere in a line, and reads standard error as it reads standard output.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import NamedTuple, TextIO

from grader.ci.places import Place
from grader.plaintext import plain

__all__ = ["PER_KIND", "Annotation", "Kind", "command", "commands_stopped", "within_limits"]

PER_KIND = 10
"""Annotations of one kind that are shown of one step; of a whole job there are 50."""
_LONGEST_TITLE = 200
_LONGEST_MESSAGE = 2000


class Kind(StrEnum):
    """How much an annotation matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Annotation(NamedTuple):
    """A remark beside a line of code; its texts are plain and of any length."""

    kind: Kind
    title: str
    message: str
    place: Place = Place()


def command(annotation: Annotation) -> str:
    """Return the one line that makes the annotation."""
    place = annotation.place
    properties = {
        "file": place.file,
        "line": str(place.line) if place.line else "",
        "title": _cut(annotation.title.partition("\n")[0], _LONGEST_TITLE),
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{annotation.kind} {told}::{_data(_cut(annotation.message, _LONGEST_MESSAGE))}"


def within_limits(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Return as many as are shown of one step, the first of each kind, and say what is left out.

    Args:
        annotations: the most important first.
    """
    chosen: list[Annotation] = []
    left = 0
    for kind in Kind:
        own = [one for one in annotations if one.kind is kind]
        room = PER_KIND - 1 if kind is Kind.NOTICE else PER_KIND
        chosen += own[:room]
        left += len(own[room:])
    if left:
        message = f"{left} more remarks are in the summary and in the report."
        chosen.append(Annotation(Kind.NOTICE, "Not all is shown here", message))
    return chosen


@contextmanager
def commands_stopped(stream: TextIO, *, active: bool) -> Iterator[None]:
    """Keep the runner from taking anything that is printed meanwhile for a command.

    Errors quote names that a student chose, and tests run in processes that share our output: what
    a library writes there, past Python's own streams, may be a student's.

    Args:
        stream: where commands are printed.
        active: False where nobody reads commands.
    """
    if not active:
        yield
        return
    token = secrets.token_hex(32)  # who knew it could resume
    print(f"::stop-commands::{token}", file=stream, flush=True)
    try:
        yield
    finally:
        print(f"\n::{token}::", file=stream, flush=True)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
