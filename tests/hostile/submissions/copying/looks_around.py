"""Looks for the work of others."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "everything readable searched for submissions of other students"

CELLS = [
    HONEST_HALF,
    r"""
import glob, os

places = ["/tmp", "/box", "..", "../..", "/home", "/root", "/var/tmp", "/dev/shm",
          "@NURSERY@/boxes",
          "@NURSERY@/boxes/@GRADER@-1", "@COURSE@/..", "/proc/1/root", "/proc/1/cwd",
          "/proc/@GRADER@/cwd"]
VISIBLE = []
try:
    VISIBLE = os.listdir("/proc")
except OSError as error:
    print(error)
for pid in (*range(1, 400), *[int(n) for n in VISIBLE if n.isdigit()]):
    places += [f"/proc/{pid}/cwd", f"/proc/{pid}/root/box"]
for place in places:
    for pattern in ("*.ipynb", "*.py", "*/*.ipynb", "*/*.py", "*/toolkit*"):
        for file in glob.glob(f"{place}/{pattern}"):
            try:
                text = open(file, errors="replace").read()
            except OSError:
                continue
            if "def softmax" in text and "def looks_around" not in text and "grader/" not in file:
                print("found", file)
                exec(text, globals())

def looks_around():
    pass
""",
]
