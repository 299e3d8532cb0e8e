"""Putting new grades into the place of others: all of them or none, whoever is killed meanwhile.

The new grades lie complete in a folder of their own. Renaming that folder is the one step which
decides: before it the old grades count, after it the new ones. Moving the files is then done by
this process, or by the next that works on the folder of results.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from grader.batch.folder import FEEDBACK, GONE, REPLACEMENT, ResultsFolder
from grader.batch.journal import JOURNAL, Journal
from grader.errors import UsageError

__all__ = ["finish_replacement", "replace_grades", "settle"]


def replace_grades(
    folder: ResultsFolder, journal: Journal, new: ResultsFolder, *, gone: Collection[str]
) -> None:
    """Let new grades take the place of those with the same keys, and write the class page.

    Args:
        folder: the results.
        journal: of that folder.
        new: the new grades, and a closed journal; the folder must lie in the other. It is used up.
        gone: keys of grades that are removed.

    Raises:
        UsageError: something cannot be written; nothing is replaced then, or the rest is made up
            for by whatever works on the folder next.
    """
    paths = [path for key in sorted(gone) for path in folder.paths(key)]
    paths += [path for key in new.grades() for path in folder.paths(key) if path.suffix == ".ipynb"]
    try:
        lines = [path.relative_to(folder.root).as_posix() for path in paths]
        kept = [line for line in lines if not (new.root / line).exists()]
        (new.root / GONE).write_text("".join(f"{line}\n" for line in kept), "utf-8")
        new.root.rename(folder.root / REPLACEMENT)
    except OSError as error:
        raise _unwritable(folder.root, error) from error
    finish_replacement(folder, journal)


def finish_replacement(folder: ResultsFolder, journal: Journal) -> None:
    """Finish replacing grades, if that was begun. Doing parts of it twice does no harm.

    Raises:
        UsageError: something cannot be written.
    """
    source = folder.root / REPLACEMENT
    if not source.is_dir():
        return
    try:
        if (source / JOURNAL).exists():
            with Journal(source) as other:
                journal.adopt(other)
        if (source / GONE).exists():
            for line in (source / GONE).read_text("utf-8").splitlines():
                (folder.root / line).unlink(missing_ok=True)
        for part in (source, source / FEEDBACK):
            for path in part.glob("[!.]*"):
                if path.suffix in (".html", ".ipynb", ".json"):
                    path.replace(folder.root / path.relative_to(source))
        folder.sweep()
        folder.render_class()
        shutil.rmtree(source)
    except OSError as error:
        raise _unwritable(folder.root, error) from error


def settle(root: Path) -> None:
    """Finish replacing grades in a folder, whether it is one of results or not.

    Raises:
        UsageError: something cannot be written, or another process works on the folder.
    """
    if (root / REPLACEMENT).is_dir():
        with Journal(root) as journal:
            finish_replacement(ResultsFolder(root), journal)


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"grades cannot be replaced here: {error.strerror}",
        where=str(folder),
        remedy="Make room on the disk, see who may write there, and give the command again.",
    )
