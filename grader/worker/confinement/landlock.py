"""Landlock: which files a process may open, whatever its user may; see landlock(7)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path

from grader.worker.confinement.privileges import no_new_privileges
from grader.worker.confinement.syscalls import call

__all__ = ["restrict_files", "supported_version"]

# include/uapi/linux/landlock.h
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ALL_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_NETWORK = 3  # bind and connect TCP
_ALL_SCOPES = 3  # abstract unix sockets, signals


def supported_version() -> int:
    """Return the version of Landlock that the kernel speaks; 0 where there is none."""
    try:
        return call("landlock_create_ruleset", None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict_files(
    readable: Iterable[str],
    writable: Iterable[str],
    *,
    listable: Iterable[str] = (),
    loopback: bool = False,
) -> None:
    """Let this process and its children open nothing but these paths and what is beneath them.

    Where the kernel's version has it, TCP, abstract unix sockets and signals to processes
    outside are refused as well.

    Args:
        readable: may be read and executed.
        writable: may be changed too.
        listable: folders whose entries may be listed, and nothing else.
        loopback: leave TCP to the network namespace, which has no network but itself.

    Raises:
        OSError: there is no Landlock. A path that does not exist is passed over.
    """
    version = supported_version()
    if version < 1:
        raise OSError("the kernel has no Landlock")
    every = _ALL_FILES.get(version, (1 << 16) - 1)
    attributes = struct.pack(
        "<QQQ",
        every,
        _ALL_NETWORK if version >= 4 and not loopback else 0,
        _ALL_SCOPES if version >= 6 else 0,
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = call("landlock_create_ruleset", attributes[:size], size, 0)
    try:
        for paths, rights in ((readable, _READ), (writable, every), (listable, _READ_DIR)):
            for path in paths:
                _allow(rules, path, rights & every)
        no_new_privileges()
        call("landlock_restrict_self", rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            rights &= _FILE_RIGHTS
        call(
            "landlock_add_rule",
            rules,
            _RULE_PATH_BENEATH,
            struct.pack("<Qi", rights, descriptor),
            0,
        )
    finally:
        os.close(descriptor)
