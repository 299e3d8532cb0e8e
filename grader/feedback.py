"""What a student may see of a grade: the one filter, applied before anything is rendered.

Everything that leaves for a student (page, JSON, spreadsheet, annotation) is a rendering of what
:func:`student_view` returns, so a renderer has nothing to hide and cannot forget to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from grader.model import Grade, Notice, Verdict, Visibility, Written

__all__ = ["student_view"]


def student_view(grade: Grade, *, after_due: bool = False) -> Grade:
    """Return the grade with everything removed that only the course may see.

    A hidden test keeps title, points, status and what was measured of a metric; its author's hint
    stays where points were lost, its generated message only where the test says ``reveal``. Its
    id, which names a test function, becomes ``hidden-N``, counted over all tests that are not
    public, so that a number means the same test before and after the due date. Where another text
    quotes such an id (a skipped test names the one it depends on), the number stands there too. Of
    written questions the student's own answers stay, and the key points after the due date.

    Args:
        grade: the grade as the pipeline made it; it is not changed.
        after_due: show tests with visibility ``after_due`` as if they were public, and the key
            points of written questions.
    """
    open_kinds = {Visibility.PUBLIC} | ({Visibility.AFTER_DUE} if after_due else set())
    aliases = _aliases(grade)
    disguise = _disguise(
        {
            verdict.id: aliases[verdict.id]
            for verdict in grade.verdicts
            if verdict.visibility not in open_kinds
        }
    )
    environment = grade.environment and grade.environment.model_copy(update={"seed": ""})
    return grade.model_copy(
        update={
            "verdicts": tuple(
                _shown(verdict, disguise)
                if verdict.visibility in open_kinds
                else _hidden(verdict, aliases[verdict.id], disguise)
                for verdict in grade.verdicts
            ),
            "written": grade.written
            and Written(
                answers=grade.written.answers,
                key_points=disguise(grade.written.key_points) if after_due else "",
            ),
            "warnings": tuple(_notice(notice, disguise) for notice in grade.warnings),
            "problem": disguise(grade.problem),
            "environment": environment,
        }
    )


def _aliases(grade: Grade) -> dict[str, str]:
    """Number the tests that are not public, in the order of the grade."""
    kept_back = dict.fromkeys(
        verdict.id for verdict in grade.verdicts if verdict.visibility is not Visibility.PUBLIC
    )
    return {name: f"hidden-{number}" for number, name in enumerate(kept_back, start=1)}


def _disguise(aliases: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that replaces every quoted test id by its number."""
    if not aliases:
        return lambda text: text
    known = dict(aliases)
    for name, alias in aliases.items():
        known.setdefault(name.rpartition("::")[2], alias)  # a node id is quoted by its last part
    longest_first = sorted(known, key=len, reverse=True)

    def disguise(text: str) -> str:
        quoted = [name for name in longest_first if name in text]
        if not quoted:  # as nearly always: compiling the pattern would take milliseconds
            return text
        pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, quoted))})(?!\w)"
        return re.sub(pattern, lambda match: known[match[0]], text)

    return disguise


def _shown(verdict: Verdict, disguise: Callable[[str], str]) -> Verdict:
    """An open test: everything stays but the ids of hidden tests that its texts quote."""
    return verdict.model_copy(
        update={
            "title": disguise(verdict.title),
            "message": disguise(verdict.message),
            "hint": disguise(verdict.hint),
        }
    )


def _hidden(verdict: Verdict, alias: str, disguise: Callable[[str], str]) -> Verdict:
    """A hidden test: built field by field, so that a field added later is left out."""
    return Verdict(
        id=alias,
        title=disguise(verdict.title),
        visibility=verdict.visibility,
        points=verdict.points,
        max_points=verdict.max_points,
        status=verdict.status,
        message=disguise(verdict.message) if verdict.reveal else "",
        hint=disguise(verdict.hint) if verdict.points < verdict.max_points else "",
        reveal=verdict.reveal,
        # Its value says nothing of the hidden rows, and how far it is from full marks is advice.
        metric=verdict.metric,
    )


def _notice(notice: Notice, disguise: Callable[[str], str]) -> Notice:
    return notice.model_copy(
        update={"message": disguise(notice.message), "where": disguise(notice.where)}
    )
