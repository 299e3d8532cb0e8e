"""Reads the environment in every way that a process has."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "looks for the course's secret in the environment"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import ctypes
import sys
import sysconfig

search(repr(dict(os.environ)).encode(), "os.environ")
strings = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
index = 0
while strings[index]:
    search(strings[index], "environ")
    index += 1
hunt("/proc/self/environ", "/proc/1/environ", f"/proc/{{os.getppid()}}/environ",
     "/proc/@GRADER@/environ")
search(repr((sys.argv, sys.orig_argv, sys.flags, sys.path, sysconfig.get_paths())).encode(), "sys")
for name in ("GRADER_SECRET", "GRADER_COURSE", "PYTEST_CURRENT_TEST"):
    if name in os.environ:
        succeed(name)
if "@REPOSITORY@/tests" in repr(sys.path) + repr(sys.orig_argv):
    succeed("the repository's place")
print("{DONE}")
''',
]
