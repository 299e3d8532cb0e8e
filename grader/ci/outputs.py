"""Values and texts that a step hands on: the files that GitHub Actions names for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError

__all__ = ["append_outputs", "append_summary", "summary_room"]

_SUMMARY_LIMIT = 1024 * 1024  # bytes of one step; above it, all of it is refused


def append_outputs(file: Path, values: Mapping[str, str]) -> None:
    """Add outputs to the file that ``GITHUB_OUTPUT`` names.

    Every value is enclosed in a delimiter that nobody can guess, so that none can end early and
    go on with an output of its own.

    Raises:
        UsageError: the file cannot be written to.
    """
    text = ""
    for name, value in values.items():
        delimiter = f"grader_{secrets.token_hex(16)}"
        text += f"{name}<<{delimiter}\n{value}\n{delimiter}\n"
    _append(file, text, "GITHUB_OUTPUT")


def summary_room(file: Path) -> int:
    """Return how many bytes the summary that ``GITHUB_STEP_SUMMARY`` names may still take."""
    return _SUMMARY_LIMIT - (file.stat().st_size if file.is_file() else 0)


def append_summary(file: Path, text: str) -> None:
    """Add Markdown to the file that ``GITHUB_STEP_SUMMARY`` names.

    Raises:
        UsageError: the file cannot be written to.
    """
    _append(file, text, "GITHUB_STEP_SUMMARY")


def _append(file: Path, text: str, told_by: str) -> None:
    try:
        with file.open("ab") as stream:
            stream.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(
            f"this file cannot be written: {error.strerror}", where=f"{told_by}={file}"
        ) from None
