"""``grader doctor``: what this machine has, what it lacks, and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.table import Table
from rich.text import Text

from grader.cli.options import CourseOption
from grader.cli.terminal import console
from grader.cli.trust import course_secret
from grader.errors import GraderError
from grader.version import __version__

if TYPE_CHECKING:
    from grader.model import Level

__all__ = ["doctor"]

_DISTRIBUTIONS = {
    "numpy": ("numpy",),
    "pytest": ("pytest",),
    "torch": ("torch",),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
}
_REMEDIES = {
    "torch": "only for assignments that use it: pip install 'grader[torch]'; a CPU build is enough",
    "tensorflow": "only for assignments that use it: pip install 'grader[tensorflow]'",
}


class _Finding(NamedTuple):
    """One line of the answer. ``wrong`` findings keep the grader from working."""

    what: str
    value: str
    remark: str = ""
    wrong: bool = False


def doctor(course: CourseOption = None) -> None:
    """Tell what this machine has, what it lacks, and how to get it.

    Leaves with 1 if something is missing that grading needs.
    """
    findings = [*_software(), *_workers(), *_course(course)]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for one in findings:
        sign = Text("✗", "red") if one.wrong else Text("·" if one.remark else "✓", "green")
        table.add_row(sign, one.what, one.value, Text(one.remark, "" if one.wrong else "dim"))
    console().print(table)
    raise typer.Exit(1 if any(one.wrong for one in findings) else 0)


def _software() -> Iterator[_Finding]:
    supported = (3, 11) <= sys.version_info < (3, 14) and os.name == "posix"
    yield _Finding("grader", __version__)
    yield _Finding(
        "Python",
        platform.python_version(),
        "" if supported else "needs Python 3.11 to 3.13 on Linux or macOS (Windows: WSL 2)",
        wrong=not supported,
    )
    for name in _DISTRIBUTIONS:
        version = _version(name)
        remark = "" if version else _REMEDIES.get(name, "comes with the grader: install it again")
        yield _Finding(
            name, version or "missing", remark, wrong=not version and name not in _REMEDIES
        )
    yield _Finding("cores", str(os.cpu_count()))


def _version(name: str) -> str:
    for distribution in _DISTRIBUTIONS[name]:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""


def _workers() -> Iterator[_Finding]:
    """Start a worker and run a cell in it, as grading does, at every level that there is."""
    from grader.sandbox import choose_level, offers

    best = choose_level()
    for offer in offers():
        what = f"isolation {offer.level}"
        if not offer.available:
            yield _Finding(what, "not here", f"{offer.missing}. {offer.remedy}")
            continue
        problem = _try_worker(offer.level)
        value = "used by default" if offer.level is best else "available"
        yield _Finding(
            what,
            "fails" if problem else value,
            problem or offer.level.summary,
            wrong=bool(problem) and offer.level is best,
        )


def _try_worker(level: Level) -> str:
    """Return what goes wrong when a worker of this level runs a cell, or nothing."""
    from grader.model import Cell, CellKind, CellStatus, Limits, Submission
    from grader.sandbox import Host, connect, open_nursery

    cell = Cell(kind=CellKind.CODE, source="1 + 1")
    submission = Submission(student="doctor", path="doctor", cells=(cell,))
    try:
        with open_nursery(level) as nursery, connect(nursery) as sandbox:
            host = Host(submission, limits=Limits(), sandbox=sandbox)
            try:
                (run,) = host.run().runs
            finally:
                host.close()
    except (GraderError, OSError) as error:
        return str(error)
    return "" if run.status is CellStatus.OK else run.message


def _course(explicit: Path | None) -> Iterator[_Finding]:
    from grader.catalog import find_course

    try:
        found = find_course(explicit)
    except GraderError as error:
        yield _Finding("course", "none", error.remedy, wrong=explicit is not None)
    else:
        has_references = (found.root / "reference").is_dir()
        yield _Finding(
            "course",
            f"{len(found.ids)} assignments",
            f"{found.root}" + ("" if has_references else "; no reference solutions, as students"),
        )
    secret = bool(course_secret())
    remark = "" if secret else "to grade, set GRADER_SECRET: without it, seeds can be guessed"
    yield _Finding("secret", "set" if secret else "not set", remark)
