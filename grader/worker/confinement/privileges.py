"""Giving up capabilities and the ways to get them back."""

from __future__ import annotations

import signal
import struct

from grader.worker.confinement.syscalls import call, prctl

__all__ = ["die_with_parent", "drop_capabilities", "no_new_privileges", "set_dumpable"]

# include/uapi/linux/prctl.h
_SET_PDEATHSIG = 1
_SET_DUMPABLE = 4
_CAPBSET_DROP = 24
_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_MAX_CAPABILITY = 64


def die_with_parent() -> None:
    """Be killed when the parent process ends, however it ends."""
    prctl(_SET_PDEATHSIG, signal.SIGKILL)


def set_dumpable(dumpable: bool) -> None:
    """Allow or refuse other processes of this user to trace this one and read its memory."""
    prctl(_SET_DUMPABLE, int(dumpable))


def no_new_privileges() -> None:
    """Let no program that is executed from here on gain privileges (set-user-id bits)."""
    prctl(_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, in the bounding set as well."""
    for capability in range(_MAX_CAPABILITY):
        try:
            prctl(_CAPBSET_DROP, capability)
        except OSError:  # there are no more; or one may not, and then there is no need to
            break
    call("capset", struct.pack("<Ii", _CAPABILITY_VERSION_3, 0), bytes(24))
