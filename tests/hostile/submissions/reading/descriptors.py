"""Reads and searches every descriptor that it has."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "looks for open files that were left to it"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import fcntl
import stat

for number in range(1024):
    if number == 3:
        continue  # the connection: see the family of forged messages
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    if stat.S_ISDIR(mode):
        succeed("descriptor", number)
    if stat.S_ISREG(mode):
        search(os.pread(number, 1 << 20, 0), f"descriptor {{number}}")
    if stat.S_ISFIFO(mode) and number > 2:
        succeed("descriptor pipe", number)
    if stat.S_ISFIFO(mode):
        fcntl.fcntl(number, fcntl.F_SETFL, os.O_NONBLOCK)
        try:
            search(os.read(number, 4096), "output")
        except OSError as error:
            print(error)
print("{DONE}")
''',
]
