"""A root file system of a zygote's own: what it may read, bound read-only onto empty memory."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

from grader.sandbox.readable import Readable
from grader.worker.confinement.child import BOX
from grader.worker.confinement.namespaces import NOSUID_NODEV, mount_private
from grader.worker.confinement.syscalls import call, mount, umount

__all__ = ["PAYLOAD", "enter_root"]

PAYLOAD = "/opt/worker"

# include/uapi/linux/mount.h
_BIND_ALL = 4096 | 16384
_REMOUNT_READ_ONLY = 1 | 32 | 4096 | NOSUID_NODEV
_DETACH = 2
_AT_RECURSIVE = 0x8000
_ATTR_READ_ONLY, _ATTR_NOSUID = 1, 2
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}


def enter_root(
    readable: Readable, payload: str, home: str, scratch: str, *, owner: int | None = None
) -> None:
    """Build a root and make it this process's; needs a mount namespace and its capabilities.

    Args:
        readable: what to show, at the same places.
        payload: the folder that holds the worker's own code.
        home: the folder whose files the zygote finds in its own home.
        scratch: an empty folder to build on.
        owner: who shall own the home; the present user when None.
    """
    mount_private()
    mount("root", scratch, "tmpfs", NOSUID_NODEV, "size=4m,mode=755")
    root = Path(scratch)
    for path in readable.roots:
        _expose(Path(path), root)
    for path in readable.masked:
        mount("mask", f"{root}{path}", "tmpfs", NOSUID_NODEV, "size=1m,mode=755")
    for path in readable.packages:
        _expose(Path(path), root)
    _bind(Path(payload), root / PAYLOAD.lstrip("/"))
    _devices(root)
    for place in (BOX, "/tmp", "/proc", "/old"):
        # It may be there: an interpreter below /tmp was shown at its own place.
        (root / place.lstrip("/")).mkdir(exist_ok=True)
    # The zygote's own home; every worker mounts an empty one over it.
    mount("home", f"{root}{BOX}", "tmpfs", NOSUID_NODEV, "size=16m,mode=1777")
    shutil.copytree(home, f"{root}{BOX}", dirs_exist_ok=True, copy_function=shutil.copyfile)
    box = root / BOX.lstrip("/")
    for entry in (box, *box.rglob("*")):
        entry.chmod(0o755 if entry.is_dir() else 0o644)
        if owner is not None:
            os.chown(entry, owner, owner)
    # The present /proc, so that this process can still write its own user maps; every process
    # namespace mounts its own over it.
    mount("/proc", str(root / "proc"), None, _BIND_ALL)
    os.chdir(root)
    call("pivot_root", b".", b"old")
    os.chdir("/")
    umount("/old", _DETACH)
    Path("/old").rmdir()
    mount(None, "/", None, _REMOUNT_READ_ONLY)


def _expose(path: Path, root: Path) -> None:
    target = root / str(path).lstrip("/")
    if path.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_symlink():
            target.symlink_to(path.readlink())
    elif path.exists():
        _bind(path, target)


def _bind(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    mount(str(source), str(target), None, _BIND_ALL)
    attributes = struct.pack("<QQQQ", _ATTR_READ_ONLY | _ATTR_NOSUID, 0, 0, 0)
    call("mount_setattr", -100, os.fsencode(target), _AT_RECURSIVE, attributes, len(attributes))


def _devices(root: Path) -> None:
    folder = root / "dev"
    (folder / "shm").mkdir(parents=True)
    for name in _DEVICES:
        target = folder / name
        target.touch()
        mount(f"/dev/{name}", str(target), None, _BIND_ALL)
    for name, place in _LINKS.items():
        (folder / name).symlink_to(place)
