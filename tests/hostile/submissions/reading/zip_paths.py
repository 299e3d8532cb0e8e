"""A zip whose members lie above it, or nowhere."""

from __future__ import annotations

import io
import json
import zipfile

from base import HONEST_HALF

from grader.model import Grade, GradeStatus, Transcript

ABOUT = "hands in a zip whose members lie outside of it"
# Such a zip is refused as a whole, and its author is told which member is at fault.
HONEST: dict[str, float] = {}


def _notebook() -> bytes:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate((HONEST_HALF,))
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document).encode()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("toolkit.ipynb", _notebook())
        for name in (
            "../evil.py",
            "../../evil.py",
            "/tmp/evil.py",
            "a/../../evil.py",
            "C:/evil.py",
            "..\\evil.py",
            "./../evil.py",
            "a" * 300 + ".py",
        ):
            archive.writestr(name, "raise SystemExit")
    return buffer.getvalue()


HANDED_IN = {"toolkit.zip": _zip()}


def CHECK(grade: Grade, transcript: Transcript | None) -> None:
    assert transcript is None
    assert grade.status is GradeStatus.UNREADABLE
    assert "../evil.py" in grade.problem
