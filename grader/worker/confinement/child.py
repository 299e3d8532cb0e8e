"""Confining one freshly forked worker: every layer that the level has, in the one right order."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from grader.worker.confinement.landlock import restrict_files, supported_version
from grader.worker.confinement.namespaces import (
    IPC,
    MOUNTS,
    NETWORK,
    NOSUID_NODEV,
    NOSUID_NODEV_NOEXEC,
    UTS,
    enter_user_namespace,
    raise_loopback,
)
from grader.worker.confinement.privileges import (
    die_with_parent,
    drop_capabilities,
    no_new_privileges,
    set_dumpable,
)
from grader.worker.confinement.rlimits import limit_resources
from grader.worker.confinement.seccomp import AF_UNIX, SystemCallRules, restrict_system_calls
from grader.worker.confinement.syscalls import mount, unshare

__all__ = ["BOX", "Confinement", "confine"]

BOX = "/box"
_INODES = 20_000
_USER = 1000
_MACHINE = ("/proc/cpuinfo", "/proc/meminfo")  # libraries that cannot ask print that they cannot
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Confinement(NamedTuple):
    """What one worker may do and see.

    Attributes:
        level: A or B (namespaces), or C (no namespaces).
        folder: its working folder; at A and B a file system of its own is mounted there.
        readable: what it may read, at C; at A and B everything in its root is readable.
        listable: folders that it may list, at C.
        memory_mb: memory beyond what the libraries use.
        disk_mb: how much it may write into its folder, and the largest file.
        cpu_seconds: a backstop behind the grader's own deadlines.
        processes: child processes that it may have; none when 0.
        threads: processes and threads together.
        loopback: may use TCP on its own loopback interface, which leads nowhere else.
        metered: whether a cgroup counts its memory and processes.
        user: user and group to become, at C as root; unchanged when None.
    """

    level: str
    folder: str = BOX
    readable: Sequence[str] = ()
    listable: Sequence[str] = ()
    memory_mb: int = 2048
    disk_mb: int = 256
    cpu_seconds: float = 600
    processes: int = 0
    threads: int = 64
    loopback: bool = False
    metered: bool = False
    user: int | None = None


def confine(rules: Confinement) -> None:
    """Confine this process for good. The student's code may run afterwards, and only then.

    Raises:
        OSError: a layer of the level cannot be applied; the process must not go on.
    """
    die_with_parent()
    os.setsid()
    if rules.level in ("A", "B"):
        _own_namespaces(rules)
    elif rules.user is not None:
        os.setgroups([])
        os.setresgid(rules.user, rules.user, rules.user)
        os.setresuid(rules.user, rules.user, rules.user)
        die_with_parent()  # changing the user clears it
    _settle(rules.folder)
    limit_resources(
        memory_mb=rules.memory_mb,
        file_mb=rules.disk_mb,
        cpu_seconds=rules.cpu_seconds,
        # The count is per user, so it takes a user (or a user namespace) of our own.
        processes=rules.threads if rules.level != "C" or rules.user is not None else None,
    )
    set_dumpable(False)
    drop_capabilities()
    no_new_privileges()
    _restrict_files(rules)
    restrict_system_calls(
        SystemCallRules(
            processes=rules.processes > 0,
            sockets=None if rules.loopback else () if rules.level == "C" else (AF_UNIX,),
            unmetered_memory=rules.metered,
            signals_to=os.getpid() if rules.level == "C" else None,
            own_files=rules.level != "C",
        )
    )


def _own_namespaces(rules: Confinement) -> None:
    unshare(MOUNTS | IPC | UTS | NETWORK)
    size = f"size={rules.disk_mb}m,nr_inodes={_INODES},mode=1777"
    mount("box", rules.folder, "tmpfs", NOSUID_NODEV, size)
    mount("shm", "/dev/shm", "tmpfs", NOSUID_NODEV, size)
    mount("proc", "/proc", "proc", NOSUID_NODEV_NOEXEC)
    if rules.loopback:
        raise_loopback()
    # A user namespace of its own: not even its root's user, and a count of processes of its own
    # for RLIMIT_NPROC. Writing its maps takes a dumpable process.
    set_dumpable(True)
    enter_user_namespace(inside=_USER)


def _settle(folder: str) -> None:
    """Make the folder home, working folder and temporary folder."""
    os.chdir(folder)
    # One by one: update() asks what a mapping is, and searches all classes that torch has of them.
    os.environ["HOME"] = os.environ["TMPDIR"] = folder
    os.environ["IPYTHONDIR"] = f"{folder}/.ipython"
    tempfile.tempdir = None


def _restrict_files(rules: Confinement) -> None:
    """Landlock decides at level C; at A and B it is a second lock on the same door."""
    if rules.level == "C":
        restrict_files(
            (*rules.readable, "/proc/self", *_MACHINE),
            (rules.folder, *_DEVICES),
            listable=rules.listable,
        )
    elif supported_version():
        restrict_files(("/",), (rules.folder, "/dev/shm", *_DEVICES), loopback=rules.loopback)
