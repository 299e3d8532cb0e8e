"""Where the files of published data lie, whether they are the right ones, and how they get there.

``GRADER_DATA_DIR`` names a folder of files that somebody has put there; it is read first and never
written to. What is downloaded goes to the cache: ``GRADER_CACHE``, else the folder that the
system has for such things.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from grader.datasets.published import PublishedFile
from grader.errors import UsageError

__all__ = ["Progress", "cache_folder", "content", "data_folder", "fetch", "find"]

_TIMEOUT = 30  # seconds without an answer
_GZIP = b"\x1f\x8b"
_TOO_LONG = 16 * 2**20  # bytes above what is expected at which a download is not read on


class Progress(Protocol):
    """Is told how a download goes on, in bytes; what pooch asks of a progress bar."""

    total: int | float

    def update(self, step: int, /) -> object:
        """``step`` more bytes are here."""

    def reset(self) -> object:
        """Begin at 0 again."""

    def close(self) -> object:
        """There will be no more."""


def data_folder() -> Path | None:
    """Return the folder that ``GRADER_DATA_DIR`` names; None when it is not set.

    Raises:
        UsageError: it is set, but there is no such folder.
    """
    named = os.environ.get("GRADER_DATA_DIR")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f"GRADER_DATA_DIR names {named!r}, which is not a folder",
            remedy="Let it name the folder with the data files, or unset it.",
        )
    return folder


def cache_folder() -> Path:
    """Return the folder that downloads go to; it need not exist."""
    named = os.environ.get("GRADER_CACHE")
    if named:
        return Path(named).expanduser() / "data"
    import pooch

    return Path(pooch.os_cache("grader")) / "data"


def find(file: PublishedFile) -> Path | None:
    """Return where a file lies, ``GRADER_DATA_DIR`` first; None when it is not there.

    Raises:
        UsageError: as :func:`data_folder` says.
    """
    folders = [folder for folder in (data_folder(), cache_folder()) if folder is not None]
    return next((path for folder in folders if (path := folder / file.name).is_file()), None)


def content(path: Path, file: PublishedFile) -> bytes:
    """Read a file, unpacked.

    Raises:
        UsageError: it cannot be read, or is not the published file.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {error.strerror}",
            where=str(path),
            remedy="Make it readable.",
        ) from error
    return _checked(raw, file, where=str(path), remedy=_replacement(path, file))


def fetch(file: PublishedFile, progress: Progress | None = None) -> Path:
    """Download a file to the cache, unless a right one is there or in ``GRADER_DATA_DIR``.

    What arrives is checked before it gets its name, so no part of a file is ever left there.

    Returns:
        Where the file lies.

    Raises:
        UsageError: it cannot be downloaded or stored, what arrived is not the published file, or
            a wrong file lies in ``GRADER_DATA_DIR``.
    """
    found = find(file)
    if found is not None:
        try:
            content(found, file)
        except UsageError:
            if found.parent == data_folder():
                raise
        else:
            return found
    target = cache_folder() / file.name
    with _told(file):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as folder:
            raw = _download(file, Path(folder), progress)
            remedy = (
                "Try again later: the download was cut short, or the publisher has changed the "
                f"file. If it lasts, put the right file, {file.name}, into a folder and let "
                "GRADER_DATA_DIR name that folder."
            )
            if file.member:
                raw = _member(raw, file, remedy=remedy)
            _checked(raw, file, where=file.url, remedy=remedy)
            complete = Path(folder) / "complete"
            complete.write_bytes(raw)
            complete.replace(target)
    return target


def _download(file: PublishedFile, folder: Path, progress: Progress | None) -> bytes:
    import pooch

    pooch.get_logger().setLevel("ERROR")
    downloader = pooch.HTTPDownloader(timeout=_TIMEOUT, progressbar=progress or False)
    # The checksum is of the unpacked content, which pooch does not see.
    path = pooch.retrieve(
        file.url, known_hash=None, fname="download", path=folder, downloader=downloader
    )
    return Path(path).read_bytes()


@contextlib.contextmanager
def _told(file: PublishedFile) -> Iterator[None]:
    """Turn what goes wrong with the network or the disk into what to do about it."""
    try:
        yield
    except OSError as error:  # what requests raises is one, too, and knows the request
        if not hasattr(error, "request"):
            raise UsageError(
                f"{file.name} cannot be stored: {error.strerror or error}",
                where=str(cache_folder()),
                remedy="Let GRADER_CACHE name a folder that can be written to.",
            ) from error
        reason = f"no connection to {urlsplit(file.url).hostname}"
        if getattr(error, "response", None) is not None:
            reason = str(error)
        raise UsageError(
            f"{file.name} could not be downloaded: {reason}",
            where=file.url,
            remedy=(
                f"Where there is a network, run `grader data fetch`, and copy {cache_folder()} "
                f"here; or put {file.name} into a folder and let GRADER_DATA_DIR name that folder."
            ),
        ) from error


def _member(archive: bytes, file: PublishedFile, *, remedy: str) -> bytes:
    """Return the file's bytes from the tar archive that it is published in."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            stream = opened.extractfile(file.member)
            return b"" if stream is None else stream.read(file.size + _TOO_LONG)
    except (tarfile.TarError, KeyError, EOFError, zlib.error, OSError) as error:
        raise UsageError(
            f"what was downloaded is no archive that holds {file.member}",
            where=file.url,
            remedy=remedy,
        ) from error


def _checked(raw: bytes, file: PublishedFile, *, where: str, remedy: str) -> bytes:
    """Return the content of a file's bytes, if it is the published one."""
    try:
        found = _unpacked(raw, file)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(
            f"the file is damaged: it cannot be unpacked ({error}); "
            f"{len(raw)} bytes with SHA-256 {hashlib.sha256(raw).hexdigest()}, "
            f"expected a .gz whose content has SHA-256 {file.sha256}",
            where=where,
            remedy=remedy,
        ) from error
    digest = hashlib.sha256(found).hexdigest()
    if digest != file.sha256:
        raise UsageError(
            f"this is not {file.name} as published: its content has SHA-256 {digest} "
            f"({len(found)} bytes), expected {file.sha256} ({file.size} bytes)",
            where=where,
            remedy=remedy,
        )
    return found


def _unpacked(raw: bytes, file: PublishedFile) -> bytes:
    if file.form == "text":
        return raw.replace(b"\r\n", b"\n")
    if not raw.startswith(_GZIP):
        return raw  # some servers and browsers unpack on the way
    with gzip.open(io.BytesIO(raw)) as stream:
        return stream.read(file.size + _TOO_LONG)


def _replacement(path: Path, file: PublishedFile) -> str:
    if path.parent == cache_folder():
        return "`grader data fetch` replaces it by the right one."
    return f"Replace it by the published file, or remove it: {file.url}"
