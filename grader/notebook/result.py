"""What a check gives back: an object to use in code, that a notebook and a terminal can show."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from grader.model import Status, Verdict
from grader.notebook.session import show_once
from grader.plaintext import plain
from grader.points import number
from grader.report import PartsGroup, render_check, render_parts

__all__ = ["CheckResult", "PartsList"]

_SIGNS = {Status.PASSED: "✓", Status.PARTIAL: "◐", Status.SKIPPED: "–", Status.ERRORED: "!"}
_FAILED = "✗"
_NOT_RUN = "○"
_MOST_COLUMNS = 100


class _Shown:
    """What shows itself as HTML where there are pages, and as text everywhere else."""

    shown_in: int | None = None

    def _repr_html_(self) -> str:
        raise NotImplementedError

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _ipython_display_(self) -> None:
        show_once(self)


@dataclass(eq=False, repr=False)
class CheckResult(_Shown):
    """The outcome of a check; true if all of its tests passed.

    Attributes:
        assignment: the assignment's id.
        title: what was checked.
        verdicts: one per public test that was run; iterating over the result gives them.
        problem: why the tests could not be run; empty if they were.
        note: what else the grade depends on.
    """

    assignment: str
    title: str
    verdicts: tuple[Verdict, ...] = ()
    problem: str = ""
    note: str = ""
    shown_in: int | None = field(default=None, init=False)

    @property
    def score(self) -> Decimal:
        """The points that these tests gave."""
        return sum((verdict.points for verdict in self.verdicts), Decimal(0))

    @property
    def max_score(self) -> Decimal:
        """The points that these tests can give."""
        return sum((verdict.max_points for verdict in self.verdicts), Decimal(0))

    @property
    def passed(self) -> bool:
        """Whether all of the tests were run and passed."""
        return not self.problem and all(one.status is Status.PASSED for one in self.verdicts)

    def __bool__(self) -> bool:
        return self.passed

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def __repr__(self) -> str:
        return "\n".join(self._lines(min(shutil.get_terminal_size().columns, _MOST_COLUMNS)))

    def _repr_html_(self) -> str:
        return render_check(
            self.verdicts,
            title=self.title,
            score=self._score,
            problem=self.problem,
            note=self.note,
        )

    @property
    def _score(self) -> str:
        if not self.verdicts:
            return ""
        return f"{number(self.score)} of {number(self.max_score)} points in the public tests"

    def _lines(self, width: int) -> Iterator[str]:
        yield f"{self.title}: {self._score}" if self._score else self.title
        if self.problem:
            yield from _wrapped(f"The check could not be run. {self.problem}", width, "")
        for verdict in self.verdicts:
            sign = _sign(verdict.status)
            points = f"{number(verdict.points)}/{number(verdict.max_points)}"
            head = f"{sign} {points:>7}  "
            title = textwrap.wrap(plain(verdict.title), max(width - len(head), 20)) or [""]
            yield head + title[0]
            yield from (" " * len(head) + line for line in title[1:])
            if verdict.status is not Status.PASSED:
                yield from _wrapped(verdict.message, width, " " * len(head))
                if verdict.hint:
                    yield from _wrapped(f"Try this: {verdict.hint}", width, " " * len(head))
        if self.note:
            yield from _wrapped(self.note, width, "")


@dataclass(eq=False, repr=False)
class PartsList(_Shown):
    """What can be checked, and how it stands: by assignment, in the order of the interface."""

    groups: tuple[PartsGroup, ...]
    note: str
    shown_in: int | None = field(default=None, init=False)

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return render_parts(self.groups, note=self.note)

    def _lines(self) -> Iterator[str]:
        width = max((len(part.name) for group in self.groups for part in group.parts), default=0)
        for group in self.groups:
            yield f"{group.title}: {group.score}" if group.score else group.title
            for part in group.parts:
                sign = _NOT_RUN if part.status == "open" else _sign(Status(part.status))
                yield f"{sign} {part.name:{width}}  {part.word:<11}  {part.about}".rstrip()
            yield ""
        yield from self.note.splitlines()


def _sign(status: Status) -> str:
    return _SIGNS.get(status, _FAILED)


def _wrapped(text: str, width: int, indent: str) -> Iterator[str]:
    """Yield the lines of a text, those wrapped that are too long."""
    for line in plain(text).splitlines():
        inner = line[: len(line) - len(line.lstrip())]
        yield from textwrap.wrap(
            line,
            max(width, len(indent) + 30),
            initial_indent=indent,
            subsequent_indent=indent + inner,
            drop_whitespace=True,
            break_long_words=False,
            replace_whitespace=False,
        ) or [""]
