"""What students are told of data: where it comes from, whether it is real, and its licence."""

from __future__ import annotations

import hashlib

from grader.datasets import EXAMPLE_SEED, TWINS, as_csv, twin
from grader.datasets.published import BUNDLED, PUBLISHED, Published
from grader.errors import SpecError
from grader.model import Assignment

__all__ = ["DATA_NOTE", "data_note"]

DATA_NOTE = "DATA.md"
"""The file of an assignment, and of a bundle, that says what the data are."""

_PUBLISHED: dict[str, Published] = {**PUBLISHED, BUNDLED.name: BUNDLED}


def data_note(assignment: Assignment) -> str:
    """Return the note in Markdown; empty for an assignment without any data.

    What the author wrote in the assignment's ``DATA.md`` comes first. Rows of a twin's example and
    published files are recognised by their contents.

    Raises:
        SpecError: a file is neither recognised nor named in the author's note.
    """
    written = assignment.folder / DATA_NOTE
    own = written.read_text(encoding="utf-8").rstrip() + "\n" if written.is_file() else ""
    parts = [_about(assignment, name) for name in assignment.files if name not in own]
    if assignment.data is not None:
        parts.append(_drawn(assignment.data.name))
    if not parts:
        return own
    return "\n".join([own or "# Data\n", *parts])


def _about(assignment: Assignment, name: str) -> str:
    """Say what one file is."""
    path = assignment.folder / name
    content = path.read_bytes().replace(b"\r\n", b"\n")
    for dataset in sorted(TWINS):
        rows = content.count(b"\n") - 1
        if rows > 0 and content == as_csv(twin(dataset, rows, EXAMPLE_SEED)).encode():
            about = _PUBLISHED[dataset]
            return (
                f"## {name}\n\n"
                f"{rows} rows of a **twin** of the data set `{dataset}`: a generator drew them. It "
                f"imitates this table, no row of which is among them: {about.title}.\n\n"
                "Licence: that of the grader (MIT); of the table that is imitated: "
                f"{about.licence}. `grader data csv {dataset} --rows {rows}` writes the same "
                "bytes.\n"
            )
    digest = hashlib.sha256(content).hexdigest()
    for about in PUBLISHED.values():
        if any(file.sha256 == digest for file in about.files):
            return f"## {name}\n\n{about.title}: the published file. Licence: {about.licence}.\n"
    raise SpecError(
        f"nothing says what {name} is",
        where=f"assignments/{assignment.id}/{DATA_NOTE}",
        remedy=f"Write there what {name} holds, where it comes from, whether the rows are real, "
        "and its licence.",
    )


def _drawn(name: str) -> str:
    """Say which rows decide points."""
    about = _PUBLISHED[name]
    if name in TWINS:
        return (
            "## Rows that decide points\n\n"
            f"They are drawn anew from a twin of the data set `{name}`, with another target, and "
            f"nobody has them beforehand. The table that is imitated: {about.title}.\n"
        )
    where = " They come with scikit-learn." if name == BUNDLED.name else ""
    return (
        "## Rows that decide points\n\n"
        f"They are drawn from the published data set `{name}`: {about.title}. Licence: "
        f"{about.licence}.{where}\n"
    )
