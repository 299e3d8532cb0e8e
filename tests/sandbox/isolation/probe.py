"""A submission that looks around: what can it read, write, reach and see?"""

# Written as an attacker would, close to the system.
# ruff: noqa: PTH108, PTH109, PTH123, PTH208

from __future__ import annotations

import os
import resource
import socket


def attempt(action, *args):
    """Return what an action returns, or the name of its error."""
    try:
        return action(*args)
    except OSError as error:
        return type(error).__name__


def read(path):
    with open(path, "rb") as file:
        return f"{len(file.read(100))} bytes"


def write(folder):
    path = f"{folder}/grader-probe"
    with open(path, "wb") as file:
        file.write(b"x")
    os.unlink(path)
    return "written"


def reads(paths):
    return {path: attempt(read, path) for path in paths}


def lists(paths):
    return {path: attempt(lambda path: sorted(os.listdir(path)), path) for path in paths}


def writes(folders):
    return {folder: attempt(write, folder) for folder in folders}


def status():
    with open("/proc/self/status") as file:
        return {name: rest.split() for name, _, rest in (line.partition(":") for line in file)}


def processes():
    found = attempt(os.listdir, "/proc")
    return found if isinstance(found, str) else sorted(int(n) for n in found if n.isdigit())


def interfaces():
    with open("/proc/self/net/dev") as file:
        return [line.split(":")[0].strip() for line in file if ":" in line]


def connect(kind, address):
    """Connect a socket of a kind: "tcp", "udp" or "unix"."""
    family, type_ = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM),
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
    }[kind]

    def action():
        with socket.socket(family, type_) as sock:
            sock.settimeout(2)
            sock.connect(tuple(address) if isinstance(address, list) else address)
        return "connected"

    return attempt(action)


def signals(pids):
    return {str(pid): attempt(os.kill, pid, 0) for pid in pids}


def environment():
    return dict(os.environ)


def limits():
    names = ("AS", "CORE", "CPU", "DATA", "FSIZE", "NOFILE", "NPROC")
    return {name: list(resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))) for name in names}


def here():
    space = os.statvfs(".")
    return [os.getcwd(), space.f_blocks * space.f_frsize]


def mounts():
    with open("/proc/self/mounts") as file:
        return [line.split()[1] for line in file]
