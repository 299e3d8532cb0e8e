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

places = set()
for distribution in importlib.metadata.distributions():
    for name in ("direct_url.json", "RECORD", "METADATA"):
        text = distribution.read_text(name) or ""
        if "file://" in text and name == "direct_url.json":
            places.add(text)
for folder in {{*sys.path, *site.getsitepackages(), *site.getsitepackages()}}:
    for file in pathlib.Path(folder or ".").glob("*"):
        if file.suffix == ".pth" or file.name.startswith(("__editable__", "grader", "_pytest")):
            try:
                places.add(f"{{file}}: {{file.read_text()}}" if file.is_file() else str(file))
            except OSError as error:
                print(error)
for place in places:
    print("canary-metadata-000000", place)
for file in (grader.__file__, grader.worker.__file__):
    for folder in pathlib.Path(file).parents:
        if len(folder.parts) > 2:
            walk(str(folder), limit=500)
print("{DONE}")
'''.replace(
        # The payload's package is called grader too; it may be found, the installed one may not.
        'file.name.startswith(("__editable__", "grader", "_pytest"))',
        'file.name.startswith(("__editable__", "grader-", "_pytest"))',
    ),
]
