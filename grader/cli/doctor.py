"""``grader doctor``: what this machine has, what it lacks, and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys

import typer
from rich.table import Table

from grader import __version__
from grader.cli.terminal import console

__all__ = ["doctor"]

_LIBRARIES = {
    "numpy": "comes with the grader",
    "pytest": "comes with the grader",
    "nbclient": "comes with the grader",
    "torch": "pip install 'grader[torch]'; the CPU build is enough",
    "tensorflow": "pip install 'grader[tensorflow]'",
}
_SAME = {"tensorflow": ("tensorflow", "tensorflow-cpu")}


def doctor() -> None:
    """Tell what is available on this machine. Leaves with 1 if something needed is missing."""
    table = Table(box=None, pad_edge=False, show_header=False)
    supported = (3, 11) <= sys.version_info < (3, 14) and os.name == "posix"
    table.add_row("grader", __version__, "")
    table.add_row(
        "Python",
        platform.python_version(),
        "" if supported else "needs Python 3.11 to 3.13 on Linux or macOS (Windows: WSL 2)",
    )
    for name, remedy in _LIBRARIES.items():
        version = _version(name)
        table.add_row(name, version or "missing", "" if version else remedy)
    table.add_row("cores", str(os.cpu_count()), "")
    table.add_row(
        "isolation",
        "level D",
        "a process of its own with deadlines; the submission can read what this user can read",
    )
    table.add_row(
        "course secret",
        "set" if os.environ.get("GRADER_SECRET") else "not set",
        "" if os.environ.get("GRADER_SECRET") else "set GRADER_SECRET, or seeds are predictable",
    )
    console().print(table)
    raise typer.Exit(0 if supported else 1)


def _version(name: str) -> str:
    for distribution in _SAME.get(name, (name,)):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""
