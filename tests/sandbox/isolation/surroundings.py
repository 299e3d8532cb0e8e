"""Run a command in other surroundings: ``surroundings.py user|docker FOLDER COMMAND ...``.

The folder is an empty one, whose parents everybody may enter. The command runs in the repository,
with ``FOLDER/home`` as its home and ``FOLDER/tmp`` for temporary files.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.worker.confinement import seccomp
from grader.worker.confinement.namespaces import MOUNTS, mount_private
from grader.worker.confinement.seccomp import SystemCallRules, restrict_system_calls
from grader.worker.confinement.syscalls import mount, unshare

REPOSITORY = Path(__file__).parents[3]
USER, NAME = 12345, "grader-tester"
_BIND_ALL = 4096 | 16384
# What Docker's default profile refuses to a process without CAP_SYS_ADMIN.
_DOCKER = (
    "fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree pivot_root setns "
    "umount2 unshare"
).split()


def become_ordinary_user(folder: Path) -> None:
    """Become a user that is made for this process, if it is not an ordinary user's already."""
    if os.getuid() != 0:
        return
    scratch = folder / "scratch"
    scratch.mkdir()
    # Where mounts are refused, the user has no name and the interpreter must be open to all.
    with contextlib.suppress(PermissionError):
        change_files(scratch)
    for own in ("home", "tmp"):
        os.chown(folder / own, USER, USER)
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    os.environ["USER"] = NAME


def change_files(scratch: Path) -> None:
    """Give the user a name and a readable interpreter, in this process's view of the files only.

    An interpreter in a private home folder is shown there, at its place, to everybody.
    """
    unshare(MOUNTS)
    mount_private()
    mount("scratch", str(scratch), "tmpfs", 0, "mode=755")
    for file, line in {
        "passwd": f"{NAME}:x:{USER}:{USER}::/tmp:/bin/sh\n",
        "group": f"{NAME}:x:{USER}:\n",
    }.items():
        (scratch / file).write_text(Path("/etc", file).read_text() + line)
        mount(str(scratch / file), f"/etc/{file}", None, _BIND_ALL)
    show({Path(sys.prefix), Path(sys.base_prefix), REPOSITORY}, scratch)


def show(paths: Iterable[Path], scratch: Path) -> None:
    """Cover every private folder on the way to a path, and show the path there again."""
    hidden = {path: list(private_parents(path)) for path in paths}
    hidden = {path: parents for path, parents in hidden.items() if parents}
    for number, path in enumerate(hidden):
        (scratch / str(number)).mkdir()
        mount(str(path), str(scratch / str(number)), None, _BIND_ALL)
    for parent in {parents[0] for parents in hidden.values()}:
        mount("cover", str(parent), "tmpfs", 0, "mode=755")
    for number, path in enumerate(hidden):
        path.mkdir(parents=True, exist_ok=True)
        mount(str(scratch / str(number)), str(path), None, _BIND_ALL)


def private_parents(path: Path) -> Iterator[Path]:
    """Yield the folders above a path that others may not enter, outermost first."""
    for parent in reversed(path.parents):
        if not parent.stat().st_mode & stat.S_IXOTH:
            yield parent


def be_in_docker(_: Path) -> None:
    """Refuse what Docker refuses; everything that is not about mounts and namespaces is allowed."""
    seccomp._REFUSED[:] = _DOCKER
    restrict_system_calls(SystemCallRules(processes=True, sockets=None, unmetered_memory=True))


def main() -> None:
    """Enter the surroundings and become the command."""
    surroundings, folder, *command = sys.argv[1:]
    for variable, own in (("HOME", "home"), ("TMPDIR", "tmp")):
        Path(folder, own).mkdir()
        os.environ[variable] = f"{folder}/{own}"
    {"user": become_ordinary_user, "docker": be_in_docker}[surroundings](Path(folder))
    os.chdir(REPOSITORY)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
