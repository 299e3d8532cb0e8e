"""Looks for others through the process that made it."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "memory and descriptors of zygote and grader, where other notebooks once were"

CELLS = [
    HONEST_HALF,
    r"""
import ctypes, gc, os, sys

libc = ctypes.CDLL(None, use_errno=True)
found = []
for pid in {1, os.getppid(), int("@GRADER@")} - {os.getpid()}:
    for name in ("maps", "mem", "environ", "cmdline", "fd", "cwd", "root", "stack", "auxv"):
        try:
            path = f"/proc/{pid}/{name}"
            read = os.listdir if os.path.isdir(path) else lambda path: open(path, "rb").read(100)
            found.append((pid, name, read(path)))
        except OSError as error:
            print(pid, name, error)
    print(libc.ptrace(16, pid, 0, 0), ctypes.get_errno())
for one in gc.get_objects():
    if isinstance(one, str) and "def softmax" in one:
        exec(one, globals())
print(found)
""",
]
