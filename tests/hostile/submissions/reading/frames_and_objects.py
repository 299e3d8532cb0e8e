"""Walks frames, modules and every object of the collector while cells run."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "looks for the grader's objects by frames and the garbage collector"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import gc
import sys
import threading

gc.unfreeze()
texts = []
for thing in gc.get_objects():
    try:
        if type(thing) is dict:
            texts += [part for part in thing.values() if type(part) in (str, bytes)]
        elif type(thing) in (list, tuple):
            texts += [part for part in thing if type(part) in (str, bytes)]
        for part in gc.get_referents(thing):
            if type(part) in (str, bytes):
                texts.append(part)
    except Exception:
        pass
frames = [sys._getframe(), *sys._current_frames().values()]
while frames:
    frame = frames.pop()
    texts += [repr(value)[:2000] for value in [*frame.f_locals.values()]]
    if frame.f_back is not None:
        frames.append(frame.f_back)
for text in texts:
    search(text if type(text) is bytes else text.encode("utf-8", "replace"), "an object")
for name in sys.modules:
    if name.startswith(("grader.checks", "grader.pipeline", "grader.model", "pytest", "_pytest")):
        succeed("module", name)
print("{DONE}")
''',
]
