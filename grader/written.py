"""Written questions: what is asked, what a good answer says, and what a student wrote; pure.

The part begins with a heading “Written questions”, of any level and with any number in front, and
ends at the next heading of the same or a higher level. A student's part may hold such headings
too: it ends only at one that the starter has. In the reference solution, the part's cells that are
tagged ``instructor`` are the key points of the model answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import dropwhile
from typing import NamedTuple

from grader.model import CellKind, Submission, Written, WrittenQuestions

__all__ = ["MAX_ANSWERS", "asked", "key_points", "written_answers"]

MAX_ANSWERS = 16_000
"""So many characters of the answers are kept; answers of two sentences have some thousand."""

_TITLE = "written questions"
_HEADING = re.compile(r" {0,3}(#{1,6})(?=\s|$)")
_NUMBERED = "0123456789.)( \t*_"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_PROMPT = re.compile(r"[*_].+[*_]")
_CELL = re.compile(r"#[ \t]*%%(.{,200})")


class _Line(NamedTuple):
    """A line of Markdown; of a heading, also its level from 1 and its title."""

    text: str
    level: int = 0
    title: str = ""


class _PercentCell(NamedTuple):
    """A text cell of a module in percent format."""

    source: str
    instructor: bool


def asked(texts: Iterable[str]) -> WrittenQuestions | None:
    """Return what is asked in writing; None where nothing is.

    Args:
        texts: the starter's text cells, in order.
    """
    lines = list(_lines(texts))
    part = _part(lines, lambda _: True)
    if part is None:
        return None
    level = next(line.level for line in lines if line.title == _TITLE)
    others = {line.title for line in lines if 0 < line.level <= level and line.title != _TITLE}
    return WrittenQuestions(questions=part, others=tuple(sorted(others)))


def key_points(solution: str) -> str:
    """Return the key points of the model answers, without a heading of their own.

    Args:
        solution: the reference solution in percent format.
    """
    found: list[str] = []
    level = 0
    for cell in _percent_cells(solution):
        lines = list(_lines([cell.source]))
        if not cell.instructor:
            for line in lines:
                if line.title == _TITLE:
                    level = line.level
                elif 0 < line.level <= level:
                    level = 0
        elif level:
            first = 1 if lines[0].level else 0
            found.append("\n".join(line.text for line in lines[first:]).strip())
    return "\n\n".join(found)


def written_answers(submission: Submission, written: WrittenQuestions | None) -> Written | None:
    """Return what a student wrote; None where nothing is asked, or nothing could be read.

    A part that begins with the starter's text is told without it. One in which the answers stand
    between the questions is told as a whole.
    """
    if written is None or submission.problem:
        return None
    # The cells before the part, of which there are many, are passed over quickly.
    lines = _lines(dropwhile(lambda text: _TITLE not in text.casefold(), _texts(submission)))
    part = _part(lines, lambda title: title in written.others)
    answers = _added(part or "", written.questions)
    if len(answers) > MAX_ANSWERS:
        more = f"{len(answers) - MAX_ANSWERS:,} more characters are in what was handed in"
        answers = f"{answers[:MAX_ANSWERS]}\n\n*({more})*"
    return Written(answers=answers, key_points=written.key_points)


def _texts(submission: Submission) -> list[str]:
    """Return the text cells; of a module in percent format, its comment cells."""
    if submission.kind == "module":
        return [c.source for cell in submission.cells for c in _percent_cells(cell.source)]
    return [cell.source for cell in submission.cells if cell.kind is not CellKind.CODE]


def _lines(texts: Iterable[str]) -> Iterator[_Line]:
    """Yield the lines of cells, with one empty line between two cells."""
    for text in texts:
        fence = ""
        for line in text.strip("\n").split("\n"):
            mark = _FENCE.match(line)
            if fence:
                if mark and mark[1].startswith(fence):
                    fence = ""
            elif mark:
                fence = mark[1]
            elif heading := _HEADING.match(line):
                title = line[heading.end() :].strip(" \t#*_:").lstrip(_NUMBERED)
                yield _Line(line, len(heading[1]), title.casefold())
                continue
            yield _Line(line)
        yield _Line("")


def _part(lines: Iterable[_Line], ends: Callable[[str], bool]) -> str | None:
    """Return the part without its heading; None where there is none.

    Args:
        lines: those of all text cells.
        ends: tells whether a heading of this title, of the same or a higher level, ends it.
    """
    level = 0
    kept: list[str] = []
    for line in lines:
        if not level:
            level = line.level if line.title == _TITLE else 0
        elif 0 < line.level <= level and ends(line.title):
            break
        else:
            kept.append(line.text)
    return "\n".join(kept).strip() if level else None


def _added(part: str, questions: str) -> str:
    """Return what a student's part says beyond the starter's; empty if it says nothing more."""
    before, _, prompt = questions.rpartition("\n")
    if not _PROMPT.fullmatch(prompt):  # such as *Your answers:*
        before, prompt = questions, ""
    before = before.rstrip()
    if part.startswith(before):
        return part.removeprefix(before).strip().removeprefix(prompt).strip()
    known = {*questions.split("\n")}
    return "" if known.issuperset(part.split("\n")) else part


def _percent_cells(module: str) -> Iterator[_PercentCell]:
    """Yield the text cells of a module in percent format."""
    header, body = "", list[str]()
    for line in (*module.split("\n"), "# %%"):
        found = _CELL.match(line) if line.startswith("#") else None
        if found is None:
            body.append(line)
            continue
        if re.search(r"\[(?:markdown|md)\]", header):
            tagged = re.search(r"tags\s*=\s*\[[^\]]*[\"']instructor[\"']", header)
            yield _PercentCell(_uncommented(body), tagged is not None)
        header, body = found[1], []


def _uncommented(lines: list[str]) -> str:
    """Return the text of a cell that is written in comments, or in a string."""
    quoted = "\n".join(lines).strip().lstrip("rR")
    if quoted.startswith(('"""', "'''")) and quoted.endswith(quoted[:3]) and len(quoted) > 5:
        return quoted[3:-3].strip("\n")
    text: list[str] = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            break  # code
        text.append(line.removeprefix("#").removeprefix(" "))
    return "\n".join(text)
