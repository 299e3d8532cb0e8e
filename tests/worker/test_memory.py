"""Processes that many are forked from: what is collected, and where their memory lies."""

from __future__ import annotations

import gc
import importlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from grader.worker.memory import uncollected

_HUGE = Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
_KERNEL = tuple(int(part) for part in platform.release().split(".")[:2] if part.isdigit())
_SETTLE = """
import gc, os
from grader.worker.memory import settle_memory

def huge_kb():
    (line,) = [one for one in open("/proc/self/smaps_rollup") if one.startswith("AnonHugePages")]
    return int(line.split()[1])

kept = [bytes([number % 251]) * 4096 for number in range(16_000)]
before = huge_kb()
settle_memory()
print(huge_kb() - before, gc.get_freeze_count(), flush=True)
child = os.fork()
right = all(one == bytes([number % 251]) * 4096 for number, one in enumerate(kept))
if child == 0:
    os._exit(0 if right else 1)
print(right, os.waitpid(child, 0)[1])
"""
_MAPPED = """
import mmap, sys
from grader.worker.memory import settle_memory

with open(sys.argv[1], "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)
settle_memory()
print("settled")
"""


def test_nothing_is_collected() -> None:
    with uncollected():
        assert not gc.isenabled()


@pytest.mark.parametrize("enabled", [True, False])
def test_collector_is_as_before_after_an_import_that_fails(enabled: bool) -> None:
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(ModuleNotFoundError), uncollected():
            importlib.import_module("nowhere_to_be_found")
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.parametrize("name", [b"lib\xe9.so", "two\u2028lines.so".encode(), b"a\x0cb c.so"])
def test_any_file_may_be_mapped(tmp_path: Path, name: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(bytes(4096))
    done = subprocess.run(
        [sys.executable, "-c", _MAPPED, path], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("settled\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.skipif(not _HUGE.exists() or _KERNEL < (6, 1), reason="needs huge pages, Linux 6.1")
def test_settled_memory_is_huge_frozen_and_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SETTLE], capture_output=True, text=True, check=True
    )
    grown, frozen, right, status = done.stdout.split()
    assert int(grown) * 1024 >= int(_HUGE.read_text())
    assert int(frozen) > 1000
    assert (right, status) == ("True", "0")
