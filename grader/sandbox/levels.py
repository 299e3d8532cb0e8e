"""Which levels of isolation this machine offers, tried out and not guessed."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import NamedTuple

from grader.errors import UsageError
from grader.model import Level
from grader.sandbox.cgroup import cgroup_trees
from grader.worker.confinement.landlock import supported_version
from grader.worker.confinement.namespaces import (
    CGROUP,
    IPC,
    MOUNTS,
    NETWORK,
    NOSUID_NODEV,
    PROCESSES,
    UTS,
    enter_user_namespace,
    mount_private,
)
from grader.worker.confinement.seccomp import SystemCallRules, restrict_system_calls
from grader.worker.confinement.syscalls import mount

__all__ = ["Offer", "choose_level", "offers"]


class Offer(NamedTuple):
    """Whether a level can be had here; if not, why, and how to get it."""

    level: Level
    available: bool
    missing: str = ""
    remedy: str = ""


@functools.cache
def offers() -> tuple[Offer, ...]:
    """Try every level out, best first."""
    if not sys.platform.startswith("linux"):
        reason = "needs Linux"
        remedy = "Grade in a Linux container or virtual machine."
        others = tuple(Offer(level, False, reason, remedy) for level in list(Level)[:3])
        return (*others, Offer(Level.D, True))
    namespaces = _in_child(_try_namespaces)
    filters = _in_child(_try_filters)
    return (
        _offer_a(namespaces, filters),
        Offer(
            Level.B,
            not (namespaces or filters),
            namespaces or filters,
            "Allow unprivileged user namespaces (sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu), or run as root; in "
            "Docker add --security-opt seccomp=unconfined --cap-add SYS_ADMIN.",
        ),
        Offer(Level.C, not filters, filters, "Use a kernel with Landlock (Linux 5.13 or newer)."),
        Offer(Level.D, True),
    )


def choose_level(forced: Level | None = None) -> Level:
    """Return the best level that this machine offers, or the one asked for.

    Raises:
        UsageError: the level asked for is not offered here.
    """
    if forced is None:
        return next(offer.level for offer in offers() if offer.available)
    offer = next(offer for offer in offers() if offer.level is forced)
    if not offer.available:
        raise UsageError(
            f"level {offer.level} is not available here: {offer.missing}", remedy=offer.remedy
        )
    return offer.level


def _offer_a(namespaces: str, filters: str) -> Offer:
    missing = namespaces or filters
    if not missing and not cgroup_trees():
        missing = "no control group for memory and processes can be made"
    return Offer(
        Level.A, not missing, missing, "Run as root on a machine with cgroups (or with sudo)."
    )


def _try_namespaces() -> None:
    enter_user_namespace(MOUNTS | PROCESSES | IPC | UTS | NETWORK | CGROUP, inside=0)
    mount_private()
    mount("probe", "/tmp", "tmpfs", NOSUID_NODEV, "size=1m")
    child = os.fork()
    if child == 0:
        try:
            mount("proc", "/proc", "proc", NOSUID_NODEV)
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise OSError("/proc cannot be mounted in a new process namespace")


def _try_filters() -> None:
    if supported_version() < 1:
        raise OSError("the kernel has no Landlock")
    restrict_system_calls(SystemCallRules())


def _in_child(attempt: Callable[[], None]) -> str:
    """Run ``attempt`` in a child process; return why it failed, or nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            attempt()
        except BaseException as error:  # told to the parent; this process ends here
            os.write(writer, str(error).encode()[:1000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        reason = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return reason
