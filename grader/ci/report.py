"""The folder that is kept of a run: pages, and documents for other programs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.ci.annotations import Annotation
from grader.ci.remarks import code_quality
from grader.ci.result import Result
from grader.errors import UsageError
from grader.export import junit

__all__ = ["write_report"]


def write_report(
    folder: Path,
    results: Sequence[Result],
    *,
    summary: str,
    remarks: Iterable[Annotation],
    pages: Mapping[str, Path],
) -> None:
    """Write what a student may see of the results.

    ::

        DIR/summary.md           the summary
        DIR/junit.xml            for readers of JUnit
        DIR/code-quality.json    the remarks, as GitLab reads them
        DIR/ID/<key>.html        a page for each submission, and its grade (.json)

    Args:
        folder: where; made if it is not there.
        results: what was graded.
        summary: in Markdown.
        remarks: about lines of code.
        pages: further files, by their path in the folder; they are copied.

    Raises:
        UsageError: a file cannot be written.
    """
    texts = {
        "summary.md": summary,
        "junit.xml": junit.write(result.grade for result in results),
        "code-quality.json": code_quality(remarks),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode("utf-8", "replace"))
        for name, page in pages.items():
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(page, folder / name)
    except OSError as error:
        raise UsageError(
            f"the report cannot be written: {error.strerror}",
            where=str(error.filename or folder),
            remedy="Name another folder with -o.",
        ) from None
