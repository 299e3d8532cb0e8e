"""Resource limits of one process, counted from what it has when they are set; see setrlimit(2)."""

from __future__ import annotations

import resource
from pathlib import Path

__all__ = ["limit_resources"]

_MEBIBYTE = 1 << 20
# Address space is reserved far more generously than it is used: frameworks map whole gigabytes.
_SPARE_ADDRESSES = 4 << 30


def limit_resources(
    *,
    memory_mb: int,
    file_mb: int,
    cpu_seconds: float,
    processes: int | None = None,
    descriptors: int = 256,
) -> None:
    """Limit this process and those that it starts.

    Args:
        memory_mb: private memory on top of what the process has now.
        file_mb: the largest file that may be written.
        cpu_seconds: a backstop behind the grader's own deadlines.
        processes: processes and threads of this user, itself included; no limit when None.
        descriptors: open files.
    """
    sizes = _sizes()
    memory = memory_mb * _MEBIBYTE
    _limit(resource.RLIMIT_DATA, sizes["VmData"] + memory)
    _limit(resource.RLIMIT_AS, sizes["VmSize"] + memory + _SPARE_ADDRESSES)
    _limit(resource.RLIMIT_FSIZE, file_mb * _MEBIBYTE)
    _limit(resource.RLIMIT_CPU, int(cpu_seconds) + 1)
    _limit(resource.RLIMIT_NOFILE, descriptors)
    _limit(resource.RLIMIT_CORE, 0)
    if processes is not None:
        _limit(resource.RLIMIT_NPROC, processes)


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _sizes() -> dict[str, int]:
    """Return VmData and VmSize of this process in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = (line.split() for line in lines if line.startswith(("VmData:", "VmSize:")))
    return {name.rstrip(":"): int(kilobytes) * 1024 for name, kilobytes, *_ in fields}
