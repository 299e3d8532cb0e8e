"""The job summary: Markdown for people, with nothing in it that a student's text could become.

What an author wrote (titles) stands in the text, each character that Markdown or HTML could read
as a reference to it. What a student wrote, or may have (messages, names), stands in code, where
nothing is a link, a mention or markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from grader.ci.places import Place
from grader.ci.result import Result
from grader.export.wording import about, tests_of, told
from grader.model import GradeStatus, Status, Verdict
from grader.plaintext import plain
from grader.points import number

__all__ = ["code", "fenced", "inline", "summary"]

_SIGNS = {
    Status.PASSED: "✅",
    Status.PARTIAL: "🔶",
    Status.FAILED: "❌",
    Status.SKIPPED: "➖",
    Status.TIMEOUT: "❌",
    Status.CRASHED: "❌",
    Status.ERRORED: "❔",
}
# What begins markup, a link, a mention, a formula or an emoji, within a line and in a table.
_MARKS = re.compile(r"[&<>`*_\[\]#~|\\@:$]|(?<=www)\.", re.IGNORECASE)
_CALLS = re.compile(r"[@#]")  # of a person, an address, an issue
_LONGEST_LINE = 200  # characters
_LONGEST_TEXT = 4000
_LEFT_OUT = "\n**There was no room for more here. The report of this run has all of it.**\n\n"


def inline(text: str) -> str:
    """Return one line of text in which no character means anything but itself."""
    line = " ".join(plain(text).split())
    if len(line) > _LONGEST_LINE:
        line = f"{line[: _LONGEST_LINE - 1]}…"
    # A reference alone keeps no one from looking for names and numbers in the text that is shown.
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", _CALLS.sub("\\g<0>\u2060", line))


def code(text: str) -> str:
    """Return one line as code, also within a table."""
    line = inline(text)
    return f"<code>{line}</code>" if line else ""


def fenced(text: str) -> str:
    """Return lines as a block of code, whose fence is longer than any that the text holds."""
    text = plain(text).rstrip()
    if len(text) > _LONGEST_TEXT:
        text = f"{text[:_LONGEST_TEXT].rpartition(chr(10))[0] or text[:_LONGEST_TEXT]}\n…"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}\n"


def summary(
    results: Sequence[Result],
    *,
    remarks: Mapping[str, str] = MappingProxyType({}),
    closing: str = "",
    room: int,
) -> str:
    """Return the summary.

    Args:
        results: what was graded.
        remarks: what else there is to say, by the path that it is about.
        closing: the last paragraph, as plain text.
        room: how many bytes the whole may take. What no longer fits is left out by whole
            submissions, or by whole tests of one, and a remark says so.
    """
    last = f"{inline(closing)}\n" if closing else ""
    room -= len(last.encode()) + len(_LEFT_OUT.encode())
    if room < 0:
        return ""
    parts: list[str] = []
    for part in _parts(results, remarks):
        room -= len(part.encode())
        if room < 0:
            parts.append(_LEFT_OUT)
            break
        parts.append(part)
    return "".join((*parts, last))


def _parts(results: Sequence[Result], remarks: Mapping[str, str]) -> Iterator[str]:
    """Yield the pieces of which each makes sense without those that follow."""
    if not results:
        yield "## Nothing was graded\n\n"
    for path, text in remarks.items():
        yield f"{code(path)} {inline(text)}\n\n"
    if len(results) > 1:
        yield f"## {len(results)} submissions\n\n| | Points | Student | Assignment | File |\n"
        yield "|---|---:|---|---|---|\n"
        for result in results:
            yield _row(result)
        yield "\n"
    for result in results:
        yield from _submission(result)


def _row(result: Result) -> str:
    grade = result.grade
    sign = "✅" if result.is_enough else "❌"
    points = f"{number(grade.score)} of {number(grade.max_score)}"
    title = inline(grade.assignment_title or grade.assignment)
    return f"| {sign} | {points} | {code(grade.student)} | {title} | {code(result.work.path)} |\n"


def _submission(result: Result) -> Iterator[str]:
    grade = result.grade
    points = f"{number(grade.score)} of {number(grade.max_score)} points"
    title = inline(grade.assignment_title or grade.assignment)
    head = f"## {title}: {points}\n\n{code(result.work.path)}, {code(grade.student)}\n\n"
    if grade.problem or grade.status is GradeStatus.NEEDS_REVIEW or grade.warnings:
        head += fenced(about(grade)) + "\n"
    yield f"{head}| | Points | Test |\n|---|---:|---|\n"
    tests = tests_of(grade)
    for verdict in tests:
        points = f"{number(verdict.points)} of {number(verdict.max_points)}"
        yield f"| {_SIGNS[verdict.status]} | {points} | {inline(verdict.title)} |\n"
    yield "\n"
    if grade.problem:
        return  # it is the message of each
    for verdict in tests:
        if text := told(verdict):
            yield _told(verdict, text, result.work.place(verdict))


def _told(verdict: Verdict, text: str, place: Place) -> str:
    where = ""
    if place.line:
        cell = f" (code cell {place.cell})" if place.cell else ""
        where = f"{code(f'{place.file}:{place.line}')}{cell}\n\n"
    head = f"{_SIGNS[verdict.status]} {inline(verdict.title)}"
    return f"<details><summary>{head}</summary>\n\n{where}{fenced(text)}\n</details>\n\n"
