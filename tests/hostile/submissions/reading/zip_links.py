"""A zip whose members are links, absolute paths and paths upwards."""

from __future__ import annotations

import io
import json
import stat
import zipfile

from base import HONEST_HALF

from grader.model import Grade, GradeStatus, Transcript

ABOUT = "hands in a zip with links to hidden tests and members that lie outside"
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
        links = {
            "link.txt": "/etc/passwd",
            "tests": "../../../../assignments/toolkit/tests/hidden",
            "up.txt": "../" * 12 + "etc/hostname",
            "toolkit.py": "/proc/self/environ",
        }
        for name, target in links.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return buffer.getvalue()


HANDED_IN = {"toolkit.zip": _zip()}


def CHECK(grade: Grade, transcript: Transcript | None) -> None:
    assert transcript is None
    assert grade.status is GradeStatus.UNREADABLE
    assert "link.txt" in grade.problem
