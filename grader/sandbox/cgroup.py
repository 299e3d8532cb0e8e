"""Control groups: memory and processes counted by the kernel, for a process and its children.

Both versions are spoken: version 1, a tree for each controller, and version 2, one tree.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

__all__ = ["Cgroup", "cgroup_trees", "remove_cgroups"]

_ROOT = Path("/sys/fs/cgroup")
# Only a bound: on an overloaded machine the last processes of a fork bomb take their time.
_SECONDS = 10.0


def cgroup_trees() -> tuple[Path, ...]:
    """Return the folders under which this process could make its groups; empty if it cannot."""
    unified = _ROOT / "cgroup.subtree_control"
    if unified.exists():
        with contextlib.suppress(OSError):
            unified.write_text("+memory +pids")
        with contextlib.suppress(OSError):
            if {"memory", "pids"} <= set(unified.read_text().split()) and _writable(_ROOT):
                return (_ROOT,)
        return ()
    trees = (_ROOT / "memory", _ROOT / "pids")
    return trees if all(tree.is_dir() and _writable(tree) for tree in trees) else ()


class Cgroup:
    """A group for one worker.

    Args:
        trees: from :func:`cgroup_trees`.
        name: path of the group below them, such as ``"grader-123/7"``.
        memory_mb: memory of the whole group.
        processes: processes and threads of the whole group.

    Raises:
        OSError: the group cannot be made.
    """

    def __init__(self, trees: Sequence[Path], name: str, *, memory_mb: int, processes: int) -> None:
        self._folders = [tree / name for tree in trees]
        for folder in self._folders:
            folder.mkdir(parents=True)
        self._unified = unified = len(trees) == 1
        if unified:
            _delegate(trees[0], self._folders[0])
        memory, pids = self._folders[0], self._folders[-1]
        limit = "memory.max" if unified else "memory.limit_in_bytes"
        (memory / limit).write_text(str(memory_mb << 20))
        swap = memory / ("memory.swap.max" if unified else "memory.memsw.limit_in_bytes")
        with contextlib.suppress(OSError):  # a kernel without swap accounting has no such file
            swap.write_text("0" if unified else str(memory_mb << 20))
        (pids / "pids.max").write_text(str(processes))

    def doors(self) -> list[int]:
        """Return descriptors; a process that writes 0 into each of them joins the group.

        A single thread so joins a group of version 1 at once. To move another process, the kernel
        first waits for every core to pass through its scheduler, some 10 ms.

        Raises:
            OSError: the group is gone.
        """
        name = "cgroup.procs" if self._unified else "tasks"
        opened: list[int] = []
        try:
            for folder in self._folders:
                opened.append(os.open(folder / name, os.O_WRONLY | os.O_CLOEXEC))
        except OSError:
            for descriptor in opened:
                os.close(descriptor)
            raise
        return opened

    def out_of_memory(self) -> bool:
        """Tell whether the kernel ended a process because the group had no memory left."""
        events = self._folders[0] / ("memory.events" if self._unified else "memory.oom_control")
        fields = (line.split() for line in events.read_text().splitlines())
        return any(name == "oom_kill" and int(count) for name, count in fields)

    def remove(self) -> None:
        """Remove the group; its processes are ended if there are any left."""
        remove_cgroups(self._folders)


def remove_cgroups(folders: Sequence[Path]) -> None:
    """Remove groups and the groups inside them, ending what is left in them."""
    for folder in folders:
        inside = [Path(path) for path, _, _ in os.walk(folder, topdown=False)]
        for group in inside:
            _remove(group)


def _remove(group: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while group.exists() and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            for pid in (group / "cgroup.procs").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), 9)
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.001)


def _delegate(tree: Path, folder: Path) -> None:
    """Let version 2 pass the controllers down to the group's parents."""
    for parent in reversed(folder.parents):
        if parent.is_relative_to(tree):
            with contextlib.suppress(OSError):
                (parent / "cgroup.subtree_control").write_text("+memory +pids")


def _writable(folder: Path) -> bool:
    # One name for all: if we are killed in between, the next probe takes ours away.
    probe = folder / "grader-probe"
    try:
        probe.mkdir()
    except FileExistsError:  # of another process, which had to be able to make it as well
        pass
    except OSError:
        return False
    with contextlib.suppress(OSError):  # another process has done so
        probe.rmdir()
    return True
