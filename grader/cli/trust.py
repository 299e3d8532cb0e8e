"""What grading other people's work takes: a course's secret, and a level that can be trusted."""

from __future__ import annotations

import os

from grader.errors import UsageError
from grader.model import Level

__all__ = ["course_secret", "safe_level"]


def course_secret() -> str:
    """Return the secret that seeds are made from; empty where none is set, as on a laptop."""
    return os.environ.get("GRADER_SECRET", "")


def safe_level(isolation: Level | None, *, trust: bool) -> Level:
    """Return the level to grade other people's work at.

    Args:
        isolation: the level that was asked for; the best that there is when None.
        trust: somebody vouches for every submission, or there is nothing to keep from them.

    Raises:
        UsageError: there is none, or only D, and nobody said that the submissions are trusted.
    """
    from grader.sandbox import choose_level

    level = choose_level(isolation)
    if level is Level.D and not trust:
        raise UsageError(
            "submissions cannot be isolated here (level D): they could read hidden tests and "
            "everything else that you can",
            remedy="`grader doctor` tells how to get a better level. If every submission is from "
            "somebody whom you trust, add --trust.",
        )
    return level
