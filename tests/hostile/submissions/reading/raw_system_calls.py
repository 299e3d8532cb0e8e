"""Uses the kernel's newer doors, which file locks have missed in the past."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "opens files by io_uring, openat2, handles and foreign call numbers"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
target = b"@COURSE@/reference/toolkit/solution.py"
how = (ctypes.c_uint64 * 3)(0, 0, 0)
new = {{"io_uring_setup": 425, "openat2": 437, "pidfd_open": 434, "pidfd_getfd": 438,
       "open_tree": 428, "fsopen": 430, "memfd_secret": 447, "clone3": 435,
       "landlock_restrict": 446}}
arguments = {{
    "io_uring_setup": (8, ctypes.create_string_buffer(256)),
    "openat2": (-100, target, how, ctypes.sizeof(how)),
    "pidfd_open": (os.getppid() or 1, 0),
    "pidfd_getfd": (4, 3, 0),
    "open_tree": (-100, target, 1),
    "fsopen": (b"tmpfs", 0),
    "memfd_secret": (0,),
    "clone3": (ctypes.create_string_buffer(88), 88),
    "landlock_restrict": (-1, 0),
}}
for name, number in new.items():
    ctypes.set_errno(0)
    result = libc.syscall(number, *arguments[name])
    print(name, result, os.strerror(ctypes.get_errno()))
    if result >= 0 and name == "openat2":
        search(os.read(result, 9999), name)
    if result >= 0 and name in ("io_uring_setup", "fsopen", "open_tree"):
        succeed("kernel", name)
if platform.machine() == "x86_64":
    # The same calls by their x32 numbers, which a filter on numbers may forget.
    for number in (257, 59, 101, 310):
        if libc.syscall(number | 0x40000000, -100, target, 0, 0) >= 0:
            succeed("kernel x32", number)
print("{DONE}")
''',
]
