"""Finds the repository by what an installation notes down."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "looks for the repository's place in metadata, .pth files and modules"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import importlib.metadata
import pathlib
import site
import sys

import grader
import grader.worker

for distribution in importlib.metadata.distributions():
    for name in ("direct_url.json", "RECORD"):
        text = distribution.read_text(name) or ""
        if "file://" in text or "@REPOSITORY@/grader" in text:
            succeed(distribution.name, text)
# The payload's package is called grader too; it may be found, the installed one may not.
for folder in {{*sys.path, *site.getsitepackages()}}:
    for start in ("*.pth", "__editable__*", "grader-*", "_pytest"):
        for file in [found for top in pathlib.Path(folder or ".").glob(start)
                     for found in (top, *top.rglob("*"))]:
            try:
                if not file.is_dir():
                    succeed(file, file.read_text())
            except OSError as error:
                print(error)
for file in (grader.__file__, grader.worker.__file__):
    for folder in pathlib.Path(file).parents:
        if len(folder.parts) > 2:
            walk(str(folder), limit=500)
print("{DONE}")
''',
]
