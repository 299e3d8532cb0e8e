"""The memory of a process that many others are forked from, and its garbage collector."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["settle_memory", "uncollected"]

_MADV_COLLAPSE = 25  # Linux 6.1; include/uapi/asm-generic/mman-common.h


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage in this block, in which a framework is imported.

    An import leaves next to none, and the more there is, the longer each search for it takes: a
    quarter of the time of an import of TensorFlow.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def settle_memory() -> None:
    """Make ready for forks, once everything is imported.

    What exists now is never collected: a collection in a fork would copy all of its memory. And it
    is moved into huge pages where the kernel has them: a fork copies its parent's table of pages
    and takes it apart in the end, which for pages of 4 kB takes milliseconds. What a fork writes to
    is still copied in small pages.
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a faster fork is worth no failure
            _collapse()


def _collapse() -> None:
    """Move anonymous memory into huge pages, as far as the kernel can."""
    madvise = ctypes.CDLL(None).madvise
    for start, end in _anonymous():
        # Older kernels refuse, and others where there is nothing to move; all stays as it was.
        madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)


def _anonymous() -> Iterator[tuple[int, int]]:
    """Yield where writable private memory lies that belongs to no file; see proc_pid_maps(5)."""
    # Bytes: names of files are in here, in any encoding, with any character but the end of a line.
    for line in Path("/proc/self/maps").read_bytes().removesuffix(b"\n").split(b"\n"):
        addresses, permissions, _, _, inode, *name = line.split(maxsplit=5)
        if permissions == b"rw-p" and inode == b"0" and name in ([], [b"[heap]"]):
            start, end = addresses.split(b"-")
            yield int(start, 16), int(end, 16)
