"""What a worker may read: the interpreter, the system's libraries, and the packages it may import.

The list is made of whole folders where possible, and of their parts where something inside must
stay out: of the installed packages only those that the assignment allows, what they need, and
what a notebook needs.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["Readable", "package_paths", "readable", "site_folders"]

_SYSTEM = (
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/lib32",
    "/libx32",
    "/usr",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/alternatives",
    "/etc/nsswitch.conf",
)
# What a notebook uses without importing it by name.
_ALWAYS = ("numpy", "ipython", "matplotlib", "matplotlib-inline", "nbclient", "ipykernel")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def site_folders() -> tuple[Path, ...]:
    """Return the folders that packages are installed in."""
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return tuple(sorted(Path(path) for path in paths))


class Readable(NamedTuple):
    """What a worker may read.

    Attributes:
        roots: whole folders and files.
        masked: folders inside them of which nothing may be read,
        packages: but these parts.
    """

    roots: tuple[str, ...]
    masked: tuple[str, ...]
    packages: tuple[str, ...]

    def parts(self) -> tuple[str, ...]:
        """Return the same as a list of paths, for a lock that knows no exceptions."""
        masked = [Path(path) for path in self.masked]
        parts = (str(part) for root in self.roots for part in _without(Path(root), masked))
        return (*parts, *self.packages)


@functools.cache
def readable(allowed: tuple[str, ...]) -> Readable:
    """Return what a worker may read outside its own folder.

    Args:
        allowed: packages that the assignment allows by import name; empty allows all.
    """
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_exec_prefix)}
    roots = [Path(path) for path in _SYSTEM if os.path.lexists(path)] + sorted(prefixes)
    outer = [root for root in roots if not any(_inside(root, other) for other in roots)]
    masked = {*site_folders(), *(folder / "site-packages" for folder in _stdlib_folders())}
    return Readable(
        tuple(map(str, outer)),
        tuple(str(folder) for folder in sorted(masked) if folder.is_dir()),
        package_paths(allowed),
    )


def package_paths(allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the top-level entries of the packages that may be imported, and of their needs."""
    sites = site_folders()
    if not allowed:
        hidden = re.compile(r"(_?pytest|pluggy|grader|__editable__.*|_?grader.*)(\W.*)?|.*\.pth")
        entries = [entry for site in sites for entry in sorted(site.iterdir())]
        return tuple(str(entry) for entry in entries if not hidden.fullmatch(entry.name))
    found: set[str] = set()
    for name in _closure([*_ALWAYS, *_distributions(allowed)]):
        found |= _top_entries(name)
    shown = (top for top in found - {"..", "__pycache__"} if not top.endswith(".pth"))
    paths = (site / top for top in sorted(shown) for site in sites)
    return tuple(str(path) for path in paths if path.exists())


def _distributions(modules: Iterable[str]) -> Iterator[str]:
    """Yield the distributions that provide modules, by import name."""
    for module in modules:
        # Most have the name of their module. To search all that are installed takes a while.
        if module in _top_entries(_normal(module)):
            yield module
        else:
            yield from _providers().get(module, ())


@functools.cache
def _providers() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


@functools.cache
def _top_entries(distribution: str) -> frozenset[str]:
    """Return the first parts of the paths that a distribution installed; of none, if unknown."""
    try:
        found = importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return frozenset()
    # A line of the record is a path, a hash and a size. Reading just so much of each takes a
    # tenth of the time that `files` takes for a framework.
    if record := found.read_text("RECORD"):
        lines = record.splitlines()
        return frozenset(re.split("[/,]", line.lstrip('"'), maxsplit=1)[0] for line in lines)
    return frozenset(file.parts[0] for file in found.files or ())


def _closure(names: Iterable[str]) -> set[str]:
    """Return distributions with everything that they require, extras aside."""
    known: set[str] = set()
    waiting = [_normal(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        try:
            requirements = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # a requirement of another platform
        known.add(name)
        for requirement in requirements:
            match = _NAME.match(requirement)
            if match and "extra ==" not in requirement:
                waiting.append(_normal(match.group()))
    return known


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _stdlib_folders() -> list[Path]:
    return [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]


def _inside(path: Path, other: Path) -> bool:
    return path != other and path.is_relative_to(other)


def _without(root: Path, excluded: Sequence[Path]) -> Iterator[Path]:
    """Yield ``root``, or the parts of it that hold none of the excluded folders.

    A link is passed over: what it leads to is reached by its own path, or not at all.
    """
    if root.is_symlink() or root in excluded:
        return
    if not root.is_dir():
        if root.exists():
            yield root
    elif any(path.is_relative_to(root) for path in excluded):
        for entry in sorted(root.iterdir()):
            yield from _without(entry, excluded)
    else:
        yield root
