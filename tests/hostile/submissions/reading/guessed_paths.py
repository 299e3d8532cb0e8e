"""Searches the usual places of courses, homes and temporary files."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "searches homes, temporary folders and where courses usually lie"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import glob
import tempfile

places = ["~", "/home", "/root", "/work", "/srv", "/mnt", "/media", "/opt", "/autograder",
          "/course", "/grader", "/data", "/tmp", "/var/tmp", "/var/lib", "/var/log", "/run",
          "/dev/shm", "/dev/mqueue",
          "/etc", "/old", "/box", "/exchange", tempfile.gettempdir(), "..", "../..", "../../.."]
walk(*map(os.path.expanduser, places), limit=2500)
hunt(*glob.glob("/*/*/*/tests/hidden/*.py"), *glob.glob("/*/*/tests/hostile/course/*/*/*.py"),
     *glob.glob("/**/grades/*.json"), "/etc/shadow", "/root/.bash_history")
print("{DONE}")
''',
]
