"""One attempt: where a student's work lies, before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.model import Notice

__all__ = ["Attempt"]


@dataclass(frozen=True)
class Attempt:
    """One hand-in by one student.

    Attributes:
        student: identifier, unique among the attempts of other students and safe as a file name.
        path: the file, zip or folder as the student or the learning platform named it.
        order: sort key among the attempts of the same student: time stamp in the name, counter
            in the name, modification time (ns), name.
        attempt: 1 for the student's first attempt.
        notices: what was noticed about the names.
        parts: the files that make up the attempt, by their name in the working folder; empty
            when ``path`` is all of it.
    """

    student: str
    path: Path
    order: tuple[str, int, int, str] = ("", 0, 0, "")
    attempt: int = 1
    notices: tuple[Notice, ...] = ()
    parts: Mapping[str, Path] = field(default_factory=dict)
