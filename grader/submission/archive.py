"""Zips of students, unpacked in memory within caps; nothing is written anywhere."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib

from grader.errors import SubmissionError
from grader.submission.contents import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    MEGABYTE,
    Contents,
)
from grader.submission.names import is_ignored, shown

__all__ = ["MAX_RATIO", "is_zip", "unpack"]

MAX_RATIO = 100
"""Unpacked to packed size, of zips that unpack to more than ``_HARMLESS_BYTES``."""
_HARMLESS_BYTES = 10 * MEGABYTE
# zipfile builds an object per directory entry before one can count them: 50 MB hold a million.
# Stored zips inside a zip also show this signature, hence the wide margin.
_DIRECTORY_SIGNATURE = b"PK\x01\x02"
_MAX_SIGNATURES = 20 * MAX_FILES

_AGAIN = "Pack the notebook and its files into a new zip without it, and hand that in."
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
)


def is_zip(data: bytes) -> bool:
    """Tell whether bytes begin like a zip."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpack(data: bytes) -> Contents:
    """Unpack a zip.

    Raises:
        SubmissionError: damaged, encrypted, a bomb, with links or paths that lead outside, or an
            office document, which is a zip too.
    """
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(
            f"The zip has {len(data) / MEGABYTE:.0f} MB; at most "
            f"{MAX_FILE_BYTES // MEGABYTE} MB are read.",
            remedy="Leave out data and saved models, and hand it in again.",
        )
    if data.count(_DIRECTORY_SIGNATURE) > _MAX_SIGNATURES:
        raise _too_many()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, len(data))
            files = {name: archive.read(info) for name, info in members.items()}
    except RuntimeError as error:
        raise SubmissionError(
            f"The zip uses a method of packing that cannot be read ({error}).",
            remedy="Pack it with the ordinary method (deflate), without a password.",
        ) from error
    except _DAMAGED as error:
        raise SubmissionError(
            f"The zip is damaged or incomplete ({shown(str(error)) or type(error).__name__}).",
            remedy="Pack the files again, check that the zip opens, and hand it in again.",
        ) from error
    return Contents(files)


def _members(archive: zipfile.ZipFile, packed: int) -> dict[str, zipfile.ZipInfo]:
    """Check all entries before the first is unpacked; return the files by clean path."""
    entries = archive.infolist()
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise SubmissionError(
            "The file is an office document (Word, Excel or PowerPoint).",
            remedy="Hand in the notebook (.ipynb) or module (.py) itself.",
        )
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = _clean_path(entry)
        parts = name.split("/")
        if not name or entry.is_dir() or any(is_ignored(part) for part in parts):
            continue
        if entry.flag_bits & 0x1:
            raise SubmissionError(
                f"The zip is encrypted ({shown(name)} needs a password).",
                remedy="Pack it without a password and hand it in again.",
            )
        if len(parts) > MAX_DEPTH + 1:
            raise SubmissionError(
                f"Folders in the zip lie more than {MAX_DEPTH} levels deep.",
                remedy="Hand in fewer levels.",
            )
        members[name] = entry
    if len(members) > MAX_FILES:
        raise _too_many()
    _check_sizes(members, packed)
    folders = {
        "/".join(name.split("/")[:n]) for name in members for n in range(1, name.count("/") + 1)
    }
    if both := sorted(folders & members.keys()):
        raise SubmissionError(
            f"The zip holds {shown(both[0])} both as a file and as a folder.", remedy=_AGAIN
        )
    return members


def _clean_path(entry: zipfile.ZipInfo) -> str:
    """Return the entry's path with ``/`` between its parts; refuse one that leads outside."""
    name = entry.filename.replace("\\", "/")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise SubmissionError(
            f"The zip holds a link ({shown(name)}); links are not followed.", remedy=_AGAIN
        )
    parts = name.split("/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts:
        raise SubmissionError(
            f"The zip holds a path that leads outside of it ({shown(name)}).", remedy=_AGAIN
        )
    if any(len(part.encode("utf-8", "replace")) > 200 for part in parts) or not name.isprintable():
        raise SubmissionError(
            f"The zip holds a file name that is too long or has control characters "
            f"({shown(name)}).",
            remedy="Rename the file, pack the files again, and hand in that zip.",
        )
    return "/".join(part for part in parts if part not in ("", "."))


def _check_sizes(members: dict[str, zipfile.ZipInfo], packed: int) -> None:
    """Refuse bombs by the declared sizes; zipfile never unpacks more than was declared."""
    total = sum(entry.file_size for entry in members.values())
    if total > MAX_TOTAL_BYTES or (total > _HARMLESS_BYTES and total > MAX_RATIO * packed):
        raise SubmissionError(
            f"The zip has {packed / MEGABYTE:.1f} MB and unpacks to {total / MEGABYTE:.0f} MB; "
            f"at most {MAX_TOTAL_BYTES // MEGABYTE} MB and {MAX_RATIO} times its size are "
            "unpacked.",
            remedy="Leave out data and saved models, and hand it in again.",
        )


def _too_many() -> SubmissionError:
    return SubmissionError(
        f"The zip holds more than {MAX_FILES} files.",
        remedy="Hand in the notebook or module and the files that it needs, nothing else.",
    )
