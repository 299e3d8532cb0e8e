"""Namespaces: what a process can see of other processes, mounts, networks and users."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from pathlib import Path

from grader.worker.confinement.syscalls import mount, setns, unshare

__all__ = [
    "CGROUP",
    "IPC",
    "MOUNTS",
    "NETWORK",
    "NOSUID_NODEV",
    "NOSUID_NODEV_NOEXEC",
    "PROCESSES",
    "USERS",
    "UTS",
    "enter_user_namespace",
    "fork_as_init",
    "mount_private",
    "raise_loopback",
]

# include/uapi/linux/sched.h
MOUNTS = 0x00020000
CGROUP = 0x02000000
UTS = 0x04000000
IPC = 0x08000000
USERS = 0x10000000
PROCESSES = 0x20000000
NETWORK = 0x40000000

# include/uapi/linux/mount.h
NOSUID_NODEV = 2 | 4
NOSUID_NODEV_NOEXEC = 2 | 4 | 8
# include/uapi/linux/if.h, sockios.h
_INTERFACE_UP = 1
_SET_INTERFACE_FLAGS = 0x8914
_INTERFACE_REQUEST = 40
_RECURSIVE_PRIVATE = 16384 | (1 << 18)


def enter_user_namespace(flags: int = 0, *, inside: int | None = None) -> None:
    """Enter a new user namespace, and those of ``flags``, with this user mapped.

    Args:
        flags: further namespaces to enter in the same step.
        inside: the user and group id to have inside; the same as outside when None.
    """
    user, group = os.getuid(), os.getgid()
    unshare(USERS | flags)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user if inside is None else inside} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group if inside is None else inside} {group} 1")


def mount_private() -> None:
    """Keep what is mounted from here on from showing up elsewhere."""
    mount(None, "/", None, _RECURSIVE_PRIVATE)


def raise_loopback() -> None:
    """Switch on the loopback interface of this process's network namespace; see netdevice(7)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", b"lo", _INTERFACE_UP)
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, request.ljust(_INTERFACE_REQUEST, b"\0"))


def fork_as_init(own_namespace: int) -> int:
    """Fork a child that is process 1 of a new process namespace.

    When process 1 ends, the kernel ends everything in its namespace, daemons included. The
    parent returns to its own namespace, so that it can do this again and again.

    Args:
        own_namespace: a descriptor of this process's ``/proc/self/ns/pid``.

    Returns:
        As :func:`os.fork`: 0 in the child.
    """
    unshare(PROCESSES)
    try:
        child = os.fork()
    except OSError:
        setns(own_namespace, PROCESSES)
        raise
    if child:
        setns(own_namespace, PROCESSES)
    return child
