"""Becomes a zygote.

The process enters namespaces and a root of its own and then executes a fresh interpreter inside
it, so that nothing of the grader is left in the memory that students' workers are forked from.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any, NoReturn

from grader.sandbox.readable import Readable
from grader.sandbox.root import PAYLOAD, enter_root
from grader.worker.confinement.namespaces import (
    CGROUP,
    IPC,
    MOUNTS,
    NETWORK,
    NOSUID_NODEV_NOEXEC,
    PROCESSES,
    UTS,
    enter_user_namespace,
)
from grader.worker.confinement.privileges import die_with_parent, set_dumpable
from grader.worker.confinement.syscalls import mount, unshare

__all__ = ["launch"]

# Files of site-packages can add folders to the path, an editable installation its repository.
_CONTROL = 3
_ALL = 1 << 16
_START = (
    "import sys; "
    "sys.path[:] = [p for p in sys.path if p.startswith((sys.prefix, sys.base_prefix))]; "
    "sys.path.insert(0, {payload!r}); "
    "from grader.worker.zygote import serve; "
    "serve({descriptor}, {libraries!r}, isolated={isolated}, rules={rules!r}, "
    "growth_mb={growth_mb})"
)


def launch(descriptor: int, orders: dict[str, Any]) -> NoReturn:
    """Confine this process as ordered, and become a zygote on the socket ``descriptor``.

    Where the machine refuses a layer, the other end of the socket is told, and the process ends.
    """
    # The socket becomes number 3, and whatever else the nursery had open is closed: a worker's
    # connection that stayed open here would hide the worker's end from the grader.
    os.dup2(descriptor, _CONTROL)
    os.set_inheritable(_CONTROL, True)
    os.closerange(_CONTROL + 1, _ALL)
    try:
        _confine_and_become(orders)
    except BaseException as error:
        with socket.socket(fileno=_CONTROL) as control:
            control.send(json.dumps({"error": str(error)}).encode())
        os._exit(1)


def _confine_and_become(orders: dict[str, Any]) -> NoReturn:
    die_with_parent()
    if orders["level"] == "C":
        _become_zygote(orders, orders["payload"], isolated=False)
    # Root inside the namespace, and nobody outside: only root keeps its capabilities there when
    # it executes the interpreter. Every worker gives them up.
    if orders["user"] is not None:
        unshare(MOUNTS)
        _enter_root(orders)
        user = orders["user"]
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        die_with_parent()  # changing the user cleared it, and made the process undumpable
        set_dumpable(True)
        enter_user_namespace(MOUNTS | PROCESSES | IPC | UTS | NETWORK | CGROUP, inside=0)
    else:
        enter_user_namespace(MOUNTS | PROCESSES | IPC | UTS | NETWORK | CGROUP, inside=0)
        _enter_root(orders)
    child = os.fork()
    if child:
        # This process stands between the grader, which ends it, and process 1 of the namespace,
        # which ends with it.
        os.close(_CONTROL)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    die_with_parent()
    mount("proc", "/proc", "proc", NOSUID_NODEV_NOEXEC)
    _become_zygote(orders, PAYLOAD, isolated=True)


def _enter_root(orders: dict[str, Any]) -> None:
    enter_root(
        Readable(*orders["readable"]),
        orders["payload"],
        orders["home"],
        orders["scratch"],
        owner=orders["user"],
    )


def _become_zygote(orders: dict[str, Any], payload: str, *, isolated: bool) -> NoReturn:
    code = _START.format(
        payload=payload,
        descriptor=_CONTROL,
        libraries=orders["libraries"],
        isolated=isolated,
        rules=orders["rules"],
        growth_mb=orders["growth_mb"],
    )
    os.chdir("/")
    # -I: neither the environment nor the current folder adds to the path.
    os.execve(sys.executable, [sys.executable, "-I", "-c", code], orders["environment"])
