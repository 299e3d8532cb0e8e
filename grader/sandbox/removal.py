"""Removing what a submission left on the disk, whatever it made there."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

__all__ = ["remove_folder"]


def remove_folder(folder: Path) -> None:
    """Remove a folder with everything in it; what cannot be removed is left.

    A submission may have nested folders deeper than Python may recurse and longer than a path may
    be, or taken away its own permissions. So nothing descends: what a folder inside holds is
    moved up, until there are only empty folders.

    Args:
        folder: nothing may write into it any more.
    """
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        while entries := list(os.scandir(folder)):
            if sum(_flatten(entry, folder) for entry in entries) == 0:
                return
        folder.rmdir()


def _flatten(entry: os.DirEntry[str], folder: Path) -> bool:
    """Remove a file, or a folder after moving what it holds to ``folder``; True if it is gone."""
    with contextlib.suppress(OSError):
        if not entry.is_dir(follow_symlinks=False):
            Path(entry.path).unlink()
            return True
        Path(entry.path).chmod(0o700)
        for inner in os.scandir(entry.path):
            if inner.is_dir(follow_symlinks=False):
                Path(inner.path).chmod(0o700)  # moving a folder takes the right to write into it
            Path(inner.path).rename(folder / secrets.token_hex(16))
        Path(entry.path).rmdir()
        return True
    return False
