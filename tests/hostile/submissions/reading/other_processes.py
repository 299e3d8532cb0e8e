"""Limits, slows down and signals processes of the same user."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "reaches for the grader by limits, priorities, signals and file owners"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import ctypes
import fcntl
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)
others = {{os.getppid(), 1, int("@GRADER@"), int("@STARTER@")}} - {{0, os.getpid()}}
own = os.getpriority(os.PRIO_PROCESS, 0)
for number in others:
    for name, attempt in {{
        "signal": lambda: os.kill(number, 0),
        "group": lambda: os.killpg(number, 0),
        "limits": lambda: resource.prlimit(number, resource.RLIMIT_CORE),
        "processors": lambda: os.sched_setaffinity(number, os.sched_getaffinity(0)),
        "class": lambda: os.sched_setscheduler(number, os.SCHED_BATCH, os.sched_param(0)),
        "priority": lambda: os.setpriority(os.PRIO_PROCESS, number, own),
        "handle": lambda: os.pidfd_open(number),
    }}.items():
        try:
            attempt()
        except OSError as error:
            print(name, error)
        else:
            succeed(name, number)
    reader, writer = os.pipe()
    try:
        fcntl.fcntl(reader, fcntl.F_SETOWN, number)
        fcntl.fcntl(reader, 10, signal.SIGURG)  # F_SETSIG: harmless by default
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
        os.write(writer, b"x")
        succeed("signals by an owner", number)
    except OSError as error:
        print(error)
for target in (-1, 0):
    try:
        os.kill(target, 0)  # who would be reached, without reaching them
        print("group", target)
    except OSError as error:
        print(error)
watcher = libc.inotify_init()
for folder in ("@COURSE@/assignments/toolkit/tests/hidden", "@NURSERY@/boxes", "@COURSE@/grades"):
    if watcher >= 0 and libc.inotify_add_watch(watcher, folder.encode(), 0xFFF) >= 0:
        succeed("watches", folder)
print("{DONE}")
''',
]
