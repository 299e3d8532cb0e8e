"""The bytes that were handed in: files and folders, read without following links, within caps."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Notice
from grader.submission.names import is_ignored, shown

__all__ = [
    "MAX_DEPTH",
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "MAX_TOTAL_BYTES",
    "MEGABYTE",
    "Contents",
    "digest",
    "is_folder",
    "list_folder",
    "load",
    "portable",
    "read_file",
]

MEGABYTE = 1_000_000
MAX_FILE_BYTES = 50 * MEGABYTE
"""Of one notebook, module or zip as it was handed in."""
MAX_TOTAL_BYTES = 100 * MEGABYTE
"""Of all files of one submission, unpacked."""
MAX_FILES = 1000
MAX_DEPTH = 12
"""Of folders within folders."""


@dataclass(frozen=True)
class Contents:
    """Files by relative posix path, and what was left out or renamed on the way."""

    files: Mapping[str, bytes]
    notices: tuple[Notice, ...] = ()


def is_folder(path: Path) -> bool:
    """Tell whether ``path`` is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def read_file(path: Path, *, limit: int = MAX_FILE_BYTES) -> bytes:
    """Read a regular file of at most ``limit`` bytes.

    Raises:
        SubmissionError: it is a link, no regular file, too large or not readable.
    """
    # Without O_NONBLOCK, opening a named pipe would wait for its other end for ever.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            raise SubmissionError(
                f"{shown(path.name)} is a link; links are not followed.",
                remedy="Hand in the file or folder itself.",
            )
        descriptor = os.open(path, flags)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SubmissionError(
                f"{shown(path.name)} is not a regular file.", remedy="Hand in a file."
            )
        if status.st_size > limit:
            raise SubmissionError(
                f"{shown(path.name)} has {status.st_size / MEGABYTE:.0f} MB; "
                f"at most {limit / MEGABYTE:.0f} MB are read.",
                remedy="Clear all outputs, leave out data and saved models, and hand it in again.",
            )
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(limit)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(descriptor)


def list_folder(folder: Path) -> tuple[dict[str, Path], tuple[Notice, ...]]:
    """List the files of a student's folder, in the order of their names.

    Returns:
        The paths by their name relative to ``folder``, and notices of what was left out: links,
        pipes, unreadable folders and installed environments.

    Raises:
        SubmissionError: too many files, too deep, or the folder itself cannot be read.
    """
    files: dict[str, Path] = {}
    notices: list[Notice] = []
    _list_into(files, notices, folder, "", 0)
    return files, tuple(notices)


def _list_into(
    files: dict[str, Path], notices: list[Notice], folder: Path, prefix: str, depth: int
) -> None:
    if depth > MAX_DEPTH:
        raise SubmissionError(
            f"Folders lie more than {MAX_DEPTH} levels deep.", remedy="Hand in fewer levels."
        )
    try:
        with os.scandir(folder) as found:
            entries = sorted(
                (entry for entry in found if not is_ignored(entry.name)), key=lambda e: e.name
            )
    except OSError as error:
        if not prefix:
            raise _unreadable(folder, error) from error
        notices.append(_left_out("unreadable", prefix, f"cannot be read ({error.strerror})"))
        return
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        notices.append(_left_out("environment", prefix, "is an installed Python environment"))
        return
    for entry in entries:
        part = portable(entry.name)
        name = prefix + part
        path = folder / entry.name
        if entry.is_symlink():
            notices.append(_left_out("link", name, "is a link"))
        elif entry.is_dir(follow_symlinks=False):
            _list_into(files, notices, path, f"{name}/", depth + 1)
        elif not entry.is_file(follow_symlinks=False):
            notices.append(_left_out("special-file", name, "is not a regular file"))
        else:
            if part != entry.name:
                message = "The file's name was changed: some characters cannot be kept."
                notices.append(Notice(code="file-name", message=message, where=shown(name)))
            files[name] = path
        if len(files) + len(notices) > MAX_FILES:
            raise SubmissionError(
                f"The folder holds more than {MAX_FILES} files.",
                remedy="Hand in the notebook or module and the files that it needs, nothing else.",
            )


def load(paths: Mapping[str, Path]) -> Contents:
    """Read files that belong together; one that cannot be read is left out with a notice.

    Args:
        paths: the files by their name in the working folder.

    Raises:
        SubmissionError: together they are larger than ``MAX_TOTAL_BYTES``.
    """
    files: dict[str, bytes] = {}
    notices: list[Notice] = []
    room = MAX_TOTAL_BYTES
    for given, path in paths.items():
        name = portable(given)
        try:
            size = path.lstat().st_size
        except OSError:
            size = 0  # read_file says why below
        if size > room:
            raise SubmissionError(
                f"The files have more than {MAX_TOTAL_BYTES // MEGABYTE} MB together, "
                f"the largest part of them up to {shown(name)}.",
                remedy="Leave out data and saved models, and hand it in again.",
            )
        try:
            files[name] = read_file(path, limit=room)
        except SubmissionError as error:
            notices.append(Notice(code="unreadable", message=error.message, where=shown(name)))
        else:
            room -= len(files[name])
    return Contents(files, tuple(notices))


def digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of one file's bytes, or of several files' sorted paths and bytes."""
    if len(files) == 1:
        return sha256(next(iter(files.values()))).hexdigest()
    total = sha256()
    for name in sorted(files):
        path = name.encode()
        total.update(b"%d %d\n" % (len(path), len(files[name])))
        total.update(path)
        total.update(files[name])
    return total.hexdigest()


def portable(name: str) -> str:
    """Replace what is not valid Unicode, not printable or a separator on another system."""
    return "".join(char if char.isprintable() and char != "\\" else "_" for char in name)


def _left_out(code: str, name: str, reason: str) -> Notice:
    name = shown(name.rstrip("/"))
    return Notice(code=code, message=f"{name} {reason}: it was left out.", where=name)


def _unreadable(path: Path, error: OSError) -> SubmissionError:
    return SubmissionError(
        f"{shown(path.name)} cannot be read: {error.strerror}.",
        remedy="Whoever grades must be able to read the file: check its permissions.",
    )
