"""Leaves notes for the next test and the next process."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "files with what it saw, read again in later tests and after a restart"

CELLS = [
    HONEST_HALF,
    r"""
import glob, os, pathlib, pickle, tempfile

PLACES = [os.getcwd(), tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm",
          os.path.expanduser("~"),
          "/run", "@NURSERY@", "@COURSE@"]

def note(*values):
    for place in PLACES:
        try:
            pathlib.Path(place, "hostile-notes.pickle").write_bytes(pickle.dumps(values))
        except OSError:
            pass

def notes():
    for place in PLACES:
        for file in glob.glob(f"{place}/hostile-notes*"):
            yield pickle.loads(pathlib.Path(file).read_bytes())

def softmax(z):
    note(z)
    os._exit(3)

def mean_loss(p, y):
    return [old.tolist() for found in notes() for old in found]
""",
]
