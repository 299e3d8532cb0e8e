"""Reads memory: its own, which was the zygote's, and that of others."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "scans its own memory and that of the processes above it"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import ctypes
import struct


def scan(number):
    """Search a process's memory by way of /proc."""
    try:
        maps = open(f"/proc/{{number}}/maps").read().splitlines()
        memory = open(f"/proc/{{number}}/mem", "rb", buffering=0)
    except OSError:
        return
    for line in maps:
        start, end = (int(part, 16) for part in line.split()[0].split("-"))
        if " r" in line and "[v" not in line and end - start < 64 << 20:
            try:
                memory.seek(start)
                search(memory.read(end - start), f"memory of {{number}}")
            except (OSError, OverflowError, ValueError):
                pass


scan("self")
libc = ctypes.CDLL(None, use_errno=True)
for number in {{os.getppid(), 1, 2, int("@GRADER@"), int("@STARTER@")}} - {{os.getpid()}}:
    scan(number)
    for request in (16, 0x4206):  # PTRACE_ATTACH, PTRACE_SEIZE
        if libc.ptrace(request, number, 0, 0) == 0:
            print("found: traces", number)
    buffer = ctypes.create_string_buffer(4096)
    for address in (0x400000, 0x555555554000, id(sys) if "sys" in globals() else id(os)):
        local = struct.pack("@QQ", ctypes.addressof(buffer), 4096)
        remote = struct.pack("@QQ", address, 4096)
        if libc.process_vm_readv(number, local, 1, remote, 1, 0) > 0:
            print("found: memory of", number)
            search(buffer.raw, "process_vm_readv")
print("{DONE}")
''',
]
