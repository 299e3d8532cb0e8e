"""Makes links and walks around its folder by descriptors."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "reaches files by symbolic and hard links, descriptors and odd paths"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import ctypes

target = "@COURSE@/reference/toolkit/solution.py"
for name, make in {{"soft": os.symlink, "hard": os.link}}.items():
    try:
        make(target, name)
    except OSError as error:
        print(error)
try:
    os.symlink("/", "top")
    os.symlink("@COURSE@", "course")
except OSError as error:
    print(error)
hunt("soft", "hard", "top" + target, "course/grades/berta.json", "/proc/self/root" + target,
     "/proc/self/cwd/" + "../" * 9 + target[1:], "/dev/fd/../root" + target,
     "/proc/thread-self/root" + target, "/./" + target, "//" + target)
for flags in (os.O_PATH, os.O_RDONLY | os.O_DIRECTORY):
    for start in ("/", ".", "..", "@COURSE@", "@NURSERY@"):
        try:
            folder = os.open(start, flags)
            file = os.open(("../" * 9 + target[1:]), os.O_RDONLY, dir_fd=folder)
            search(os.read(file, 9999), start)
        except OSError as error:
            print(start, error)
libc = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(b"\\x80" + bytes(140))
mount = ctypes.c_int()
if libc.name_to_handle_at(-100, target.encode(), handle, ctypes.byref(mount), 0) == 0:
    file = libc.open_by_handle_at(-100, handle, 0)
    if file >= 0:
        search(os.read(file, 9999), "by handle")
for call in (os.chroot, os.chdir):
    try:
        call("@COURSE@")
        hunt("reference/toolkit/solution.py")
    except OSError as error:
        print(error)
print("{DONE}")
''',
]
