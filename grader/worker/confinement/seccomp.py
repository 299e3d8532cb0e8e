"""seccomp: which system calls a process may make; a BPF program, see seccomp(2).

Most calls are allowed; refused are those that reach outside a submission or attack the kernel.
A refused call fails with an error that Python reports as an ordinary exception.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import NamedTuple

from grader.worker.confinement.privileges import no_new_privileges
from grader.worker.confinement.syscalls import AUDIT_ARCH, NUMBERS, call

__all__ = ["AF_UNIX", "SystemCallRules", "program", "restrict_system_calls"]

_REFUSED = (
    # other processes
    "kcmp ptrace process_madvise process_mrelease process_vm_readv process_vm_writev "
    "pidfd_getfd pidfd_open pidfd_send_signal perf_event_open "
    # mounts, namespaces and files by handle
    "chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount name_to_handle_at "
    "open_by_handle_at open_tree pivot_root setns umount2 unshare fanotify_init "
    # the machine
    "acct adjtimex clock_adjtime clock_settime delete_module finit_module init_module ioperm "
    "iopl kexec_file_load kexec_load lookup_dcookie quotactl reboot settimeofday swapoff swapon "
    "syslog uselib vhangup "
    # the kernel's larger attack surfaces
    "add_key bpf io_uring_enter io_uring_register io_uring_setup keyctl request_key "
    "userfaultfd vmsplice personality "
    # memory of other nodes
    "mbind migrate_pages move_pages set_mempolicy "
    # what would outlive the process: System V and POSIX objects
    "mq_open msgget semget shmget"
).split()
_UNMETERED = ("memfd_create", "memfd_secret")
_SIGNALS = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
# What one process may do to another of the same user, besides signals: take its descriptors,
# memory or processor away. The first argument is whom; 0 is oneself.
_BURDENS = (
    "prlimit64",
    "sched_setaffinity",
    "sched_setattr",
    "sched_setparam",
    "sched_setscheduler",
)
# Commands that let the kernel send signals to another process: F_SETOWN, F_SETSIG, F_SETOWN_EX;
# FIOSETOWN, SIOCSPGRP.
_OWNERS = {"fcntl": (8, 10, 15), "ioctl": (0x8901, 0x8902)}

# What changes a file's modes, owners and times needs no permission to open it, only to own it.
_MODES = (
    "chmod fchmod fchmodat fchmodat2 chown fchown fchownat lchown utime utimes utimensat futimesat"
).split()
_ATTRIBUTES = (
    "setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat "
    "file_setattr"
).split()

# include/uapi/linux/bpf_common.h and seccomp.h
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_SUCCESS = 0  # as an error: the call is not made, and returns 0
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_NEW_NAMESPACES = 0x7E020000
AF_UNIX = 1
_SET_MODE_FILTER = 1


class SystemCallRules(NamedTuple):
    """What differs between submissions.

    Attributes:
        processes: may start processes and programs.
        sockets: families of sockets that may be made; every family when None, which is meant for
            a network namespace that has nothing but itself.
        unmetered_memory: may make memory files, which count in a cgroup and nowhere else.
        signals_to: the only process that may be signalled, limited or slowed down; anybody it
            can see when None.
        own_files: whether its file system is its own. Where it is not, changing modes, owners and
            times of files does nothing and reports success, because copying a file sets them;
            and folders cannot be watched.
    """

    processes: bool = False
    sockets: tuple[int, ...] | None = (AF_UNIX,)
    unmetered_memory: bool = False
    signals_to: int | None = None
    own_files: bool = True


def restrict_system_calls(rules: SystemCallRules) -> None:
    """Apply the rules to this process and everything that it starts, for good.

    Raises:
        OSError: the kernel or the architecture cannot.
    """
    no_new_privileges()
    code = program(rules)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    call("seccomp", _SET_MODE_FILTER, 0, ctypes.create_string_buffer(header, len(header)))


def program(rules: SystemCallRules) -> bytes:
    """Return the BPF program for ``rules``."""
    if not AUDIT_ARCH:
        raise OSError("system-call numbers of this architecture are not known")
    # A foreign architecture's numbers mean other calls, so its calls end the process; the x32
    # numbers of x86-64 do not exist as far as the submission can tell.
    code = [
        _op(_LOAD, _ARCHITECTURE),
        _op(_EQUAL, AUDIT_ARCH, 1, 0),
        _op(_RETURN, _KILL),
        _op(_LOAD, _NUMBER),
        _op(_AT_LEAST, _X32, 0, 1),
        _op(_RETURN, _ERROR | errno.ENOSYS),
    ]
    # clone3 keeps its flags in memory that a filter cannot read; without it glibc uses clone.
    code += _refuse("clone3", errno.ENOSYS)
    code += _clone(rules.processes)
    if rules.sockets is not None:
        code += _only_argument("socket", rules.sockets, errno.EACCES)
    if rules.signals_to is not None:
        code += _refuse("tkill", errno.EPERM)
        for name in _SIGNALS:
            code += _only_argument(name, (rules.signals_to,), errno.EPERM)
        for name in _BURDENS:
            code += _only_argument(name, (0, rules.signals_to), errno.EPERM)
        for name, commands in _OWNERS.items():
            code += _not_command(name, commands, errno.EPERM)
        code += _refuse("setpriority", errno.EPERM) + _refuse("ioprio_set", errno.EPERM)
    if not rules.own_files:
        for name in _MODES:
            code += _refuse(name, _SUCCESS)
        for name in _ATTRIBUTES:
            code += _refuse(name, errno.ENOTSUP)
        code += _refuse("inotify_add_watch", errno.EPERM)
    refused = list(_REFUSED)
    if not rules.processes:
        code += _refuse("fork", errno.EAGAIN) + _refuse("vfork", errno.EAGAIN)
        refused += ["execve", "execveat"]
    if not rules.unmetered_memory:
        refused += _UNMETERED
    for name in refused:
        code += _refuse(name, errno.EPERM)
    return b"".join([*code, _op(_RETURN, _ALLOW)])


def _clone(processes: bool) -> list[bytes]:
    """Threads are always allowed, processes where the rules say so, namespaces never."""
    if processes:
        check = [
            _op(_ANY_BIT, _NEW_NAMESPACES, 0, 1),
            _op(_RETURN, _ERROR | errno.EPERM),
            _op(_RETURN, _ALLOW),
        ]
    else:
        check = [
            _op(_ANY_BIT, _CLONE_THREAD, 0, 1),
            _op(_RETURN, _ALLOW),
            _op(_RETURN, _ERROR | errno.EAGAIN),
        ]
    return [
        _op(_EQUAL, NUMBERS["clone"], 0, 1 + len(check)),
        _op(_LOAD, _FIRST_ARGUMENT),
        *check,
    ]


def _refuse(name: str, code: int) -> list[bytes]:
    number = NUMBERS.get(name)
    if number is None:
        return []
    return [_op(_EQUAL, number, 0, 1), _op(_RETURN, _ERROR | code)]


def _only_argument(name: str, values: tuple[int, ...], code: int) -> list[bytes]:
    """Allow a call only with one of these as its first argument (its lower 32 bits)."""
    checks = [step for value in values for step in (_op(_EQUAL, value, 0, 1), _op(_RETURN, _ALLOW))]
    return [
        _op(_EQUAL, NUMBERS[name], 0, 2 + len(checks)),
        _op(_LOAD, _FIRST_ARGUMENT),
        *checks,
        _op(_RETURN, _ERROR | code),
    ]


def _not_command(name: str, commands: tuple[int, ...], code: int) -> list[bytes]:
    """Refuse a call with one of these as its second argument (its lower 32 bits)."""
    refuse = _op(_RETURN, _ERROR | code)
    checks = [step for value in commands for step in (_op(_EQUAL, value, 0, 1), refuse)]
    return [
        _op(_EQUAL, NUMBERS[name], 0, 2 + len(checks)),
        _op(_LOAD, _SECOND_ARGUMENT),
        *checks,
        _op(_RETURN, _ALLOW),
    ]


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value & 0xFFFFFFFF)
