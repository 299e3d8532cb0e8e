"""Brings modules that are called like those of the standard library."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "files of its own that would be imported instead of the standard library"

CELLS = [
    HONEST_HALF,
    r"""
import sys
for name in ("json", "struct", "random", "difflib", "encodings.idna", "wave"):
    sys.modules.pop(name, None)
    __import__(name)
""",
]

FILES = {
    f"{name}{ending}": "raise SystemExit('shadowed')"
    for name in (
        "json",
        "struct",
        "random",
        "difflib",
        "linecache",
        "traceback",
        "threading",
        "io",
        "encodings",
        "signal",
        "socket",
        "asyncio",
        "codecs",
        "types",
        "typing",
    )
    for ending in (".py", "/__init__.py")
}
