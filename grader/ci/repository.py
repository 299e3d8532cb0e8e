"""Commits as data: what git's objects hold, without a checkout and without running anything.

Every call is to a plumbing command that knows no hook, filter, attribute or external program, so
that a commit of somebody whom we do not trust can be read.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from grader.errors import UsageError
from grader.submission.contents import MAX_FILE_BYTES, MAX_TOTAL_BYTES
from grader.submission.names import shown

__all__ = ["Entry", "Repository"]

_LINK = "120000"
_SUBMODULE = "160000"
_NOWHERE = ".left-out"  # where the links that we write lead: to nothing
# A clone is complete or not: git is not to fetch, ask or write on its own. A path is a path.
_SETTINGS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}


class Entry(NamedTuple):
    """A file of a commit.

    Attributes:
        path: from the top of the repository, with ``/`` between the parts.
        mode: as git writes it, such as ``"100644"``.
        object: the name of the object that holds the content.
        size: of the content, in bytes; 0 where there is none (a submodule).
    """

    path: str
    mode: str
    object: str
    size: int


class Repository:
    """The git repository around a folder.

    Args:
        folder: its top folder, or any folder inside.

    Raises:
        UsageError: there is no repository, or git refuses to read it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.root = Path(os.fsdecode(self._git("rev-parse", "--show-toplevel").rstrip(b"\n")))

    @classmethod
    def around(cls, folder: Path) -> Repository | None:
        """Return the repository that a folder lies in, if it lies in one."""
        told = _run(folder, "rev-parse", "--git-dir").stderr
        return None if b"not a git repository" in told else cls(folder)

    def commit(self, revision: str) -> str | None:
        """Return the full name of the commit that a revision means; None if it is not here."""
        # A name that begins with "-" would be an option, were it not for the last argument.
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^0")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the commit that both come from, or None if they have no common history here."""
        done = self._run("merge-base", one, other)
        return done.stdout.decode().split()[0] if done.returncode == 0 else None

    def contains(self, commit: str, ancestor: str) -> bool:
        """Tell whether a commit is another one, or comes from it."""
        return self._run("merge-base", "--is-ancestor", ancestor, commit).returncode == 0

    @property
    def is_shallow(self) -> bool:
        """True where the clone lacks commits on purpose, as by ``--depth``."""
        return self._git("rev-parse", "--is-shallow-repository").strip() == b"true"

    def changed(self, base: str, head: str) -> frozenset[str]:
        """Return the files that differ between two commits: new, changed and removed ones.

        A renamed file is a removed one and a new one.
        """
        told = self._git("diff-tree", "-r", "-z", "--no-renames", "--name-only", base, head)
        return frozenset(os.fsdecode(name) for name in told.split(b"\0") if name)

    def entries(self, commit: str, folders: Collection[str] = ()) -> list[Entry]:
        """Return the files of a commit, in the order of their paths.

        Args:
            commit: its full name.
            folders: files and folders to look into; everything if empty.

        Raises:
            UsageError: the commit holds a path that leads out of the repository.
        """
        names = [name for name in folders if name != "."]
        only = names if len(names) == len(folders) else []
        told = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *only)
        found = []
        for line in filter(None, told.split(b"\0")):
            about, _, name = line.partition(b"\t")
            mode, _, thing, size = about.decode("ascii").split()
            path = os.fsdecode(name)
            _require_inside(path)
            found.append(Entry(path, mode, thing, 0 if size == "-" else int(size)))
        return found

    def place(self, entries: Iterable[Entry], folder: Path) -> None:
        """Write the files of one submission below a folder, as they are in git: unfiltered.

        A link is written as one that leads nowhere. What is larger than a submission may be is
        written with its size but without its content, so that whoever reads it says so. All
        files get the same time, because a commit knows none of theirs.

        Raises:
            UsageError: the clone lacks the content of a file.
        """
        room = MAX_TOTAL_BYTES
        command = ["git", "--no-replace-objects", "-C", str(self.root), "cat-file", "--batch"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **_SETTINGS}
        ) as process:
            for entry in entries:
                path = folder.joinpath(*PurePosixPath(entry.path).parts)
                whole = entry.size <= min(room, MAX_FILE_BYTES)
                room -= entry.size if whole else 0
                try:
                    _write(path, entry, _content(process, entry) if whole else None)
                except OSError as error:  # a name that is too long, no room on the disk
                    raise UsageError(
                        f"this file of the commit cannot be written: {error.strerror}",
                        where=shown(entry.path),
                    ) from None

    def _git(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode:
            raise self._refused(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return _run(self.root, *arguments)

    def _refused(self, told: str) -> UsageError:
        if "dubious ownership" in told:
            return UsageError(
                "git does not read a repository that belongs to another user",
                where=str(self.root),
                remedy=f"Run `git config --global --add safe.directory {self.root}` first.",
            )
        if "not a git repository" in told:
            return UsageError(
                "this is no git repository",
                where=str(self.root),
                remedy="Run this in the repository that holds the submissions.",
            )
        return UsageError(f"git failed: {told}", where=str(self.root))


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "--no-replace-objects", "-C", str(folder), *arguments]
    environment = {**os.environ, **_SETTINGS}
    try:
        return subprocess.run(command, env=environment, capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError(
            "git is not installed", remedy="Install it; changes are read from its history."
        ) from None


def _write(path: Path, entry: Entry, content: bytes | None) -> None:
    """Write one entry; without content, a file that only has the size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if entry.mode == _SUBMODULE:
        path.mkdir(exist_ok=True)
    elif entry.mode == _LINK:
        path.symlink_to(_NOWHERE)
    else:
        path.write_bytes(content or b"")
        if content is None:
            os.truncate(path, entry.size)
        os.utime(path, (0, 0))


def _content(process: subprocess.Popen[bytes], entry: Entry) -> bytes:
    """Ask ``git cat-file --batch`` for one object; a submodule has none here."""
    if entry.mode == _SUBMODULE:
        return b""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(entry.object.encode() + b"\n")
    process.stdin.flush()
    header = process.stdout.readline().split()
    if len(header) != 3:  # "… missing": a clone without its files
        raise UsageError(
            "the clone lacks the content of this file",
            where=shown(entry.path),
            remedy="Clone without `--filter`.",
        )
    content = process.stdout.read(int(header[2]))
    process.stdout.read(1)  # the newline that ends it
    return content


def _require_inside(path: str) -> None:
    """Refuse names that git itself would not check out; only made by hand do they exist."""
    parts = path.split("/")
    if path.startswith("/") or any(
        part in {"", ".", ".."} or part.casefold() == ".git" for part in parts
    ):
        raise UsageError(
            "the commit holds a path that no checkout may have",
            where=shown(path),
            remedy="It was made by hand, and is not read further.",
        )
