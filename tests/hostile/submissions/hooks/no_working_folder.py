"""Destroys its own working folder."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "everything writable removed, the working folder too, and permissions taken away"

CELLS = [
    HONEST_HALF,
    r"""
import os, shutil

home = os.getcwd()
os.makedirs("a/b/c")
os.chmod("a/b", 0)
for name in os.listdir("."):
    if name != "a":
        shutil.rmtree(name) if os.path.isdir(name) else os.unlink(name)
os.mkdir("below")
os.chdir("below")
os.rmdir(os.path.join(home, "below"))
os.umask(0o777)
""",
]
