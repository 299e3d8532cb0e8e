"""The page about one assignment and a whole class, for instructors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from grader.model import Grade, GradeStatus, Verdict
from grader.report.metric import spreads
from grader.report.page import render
from grader.report.statistics import columns, handed_in, histogram, share, summary

__all__ = ["href", "render_class"]

HARDEST = 8  # tests in the chart
_ATTENTION = (GradeStatus.NEEDS_REVIEW, GradeStatus.UNREADABLE, GradeStatus.MISSING)


@dataclass(frozen=True, slots=True)
class _Row:
    grade: Grade
    link: str
    share: float
    verdicts: tuple[Verdict | None, ...]


def render_class(
    grades: Sequence[Grade], *, title: str, links: Mapping[tuple[str, int], str]
) -> str:
    """Return the index page of a graded class.

    Args:
        grades: the instructor's view; one row each, sorted by student and attempt.
        title: the page's heading.
        links: student and attempt -> path of that grade's page, relative to this one; a path and
            not an address, it is quoted here. A grade without a link has no page.
    """
    tests = columns(grades)
    shares = [share(grade) for grade in handed_in(grades)]
    rows = []
    for grade in sorted(grades, key=lambda grade: (grade.student.casefold(), grade.attempt)):
        found = {verdict.id: verdict for verdict in grade.verdicts}
        path = links.get((grade.student, grade.attempt), "")
        link = href(path) if path else ""
        rows.append(_Row(grade, link, share(grade), tuple(found.get(test.id) for test in tests)))
    costly = sorted((test for test in tests if test.lost > 0), key=lambda test: -test.lost)
    return render(
        "class.html",
        script="sort.js",
        title=title,
        rows=rows,
        tests=tests,
        hardest=costly[:HARDEST],
        bars=histogram(shares),
        metrics=spreads(grades),
        summary=summary(shares),
        attention=[
            (status, [row for row in rows if row.grade.status is status]) for status in _ATTENTION
        ],
    )


def href(path: str) -> str:
    """Turn a relative path into an address that stays relative, whatever a student is called."""
    return "./" + quote(path.lstrip("/"), errors="replace")
