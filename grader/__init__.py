"""An autograder for deep-learning coursework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["__version__", "check"]


def check(assignment_id: str, course: str | Path | None = None) -> None:
    """Run the public tests on this notebook; see :func:`grader.notebook.check`."""
    from grader.notebook import check as check_notebook

    check_notebook(assignment_id, course)
