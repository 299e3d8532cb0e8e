"""An autograder for deep-learning coursework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from grader.notebook import CheckResult, PartsList

__all__ = ["__version__", "check"]


def check(
    assignment_id: str = "", part: str = "", *, course: str | Path | None = None
) -> CheckResult | PartsList:
    """Run public tests on this notebook; see :func:`grader.notebook.check`."""
    from grader.notebook import check as check_notebook

    return check_notebook(assignment_id, part, course=course)
