"""Which grade counts where a format has room for one per student."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import Grade

__all__ = ["last_attempts"]


def last_attempts(grades: Iterable[Grade]) -> list[Grade]:
    """Return one grade per student, of the last attempt, in the order of the students' first."""
    chosen: dict[str, Grade] = {}
    for grade in grades:
        known = chosen.get(grade.student)
        if known is None or grade.attempt > known.attempt:
            chosen[grade.student] = grade
    return list(chosen.values())
