"""The page that links several graded assignments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.model import Grade, GradeStatus
from grader.report.classroom import href
from grader.report.page import render
from grader.report.statistics import handed_in, histogram, share, summary

__all__ = ["OverviewEntry", "render_overview"]


@dataclass(frozen=True, slots=True)
class OverviewEntry:
    """One graded assignment.

    Attributes:
        title: the assignment's title.
        link: path of its class page, relative to the overview; a path and not an address.
        shares: every handed-in submission's score, from 0 to 1.
        needs_review: how many grades wait for a person.
    """

    title: str
    link: str
    shares: tuple[float, ...]
    needs_review: int = 0

    @classmethod
    def of(cls, grades: Iterable[Grade], *, title: str, link: str) -> OverviewEntry:
        """Sum up the grades of one assignment."""
        handed = handed_in(grades)
        waiting = sum(grade.status is GradeStatus.NEEDS_REVIEW for grade in handed)
        return cls(title, link, tuple(map(share, handed)), waiting)


def render_overview(entries: Sequence[OverviewEntry], *, title: str = "Graded assignments") -> str:
    """Return the page that links every entry's class page."""
    cards = [
        (entry, href(entry.link), summary(entry.shares), histogram(entry.shares))
        for entry in entries
    ]
    return render("overview.html", title=title, cards=cards)
