"""Lets other programs do the reading."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "starts shells, programs and child processes"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    "!cat @COURSE@/grades/berta.json",
    '%%bash\ncat @COURSE@/reference/toolkit/solution.py; env; ps aux; find / -name "test_prize.py"',
    f'''
import ctypes
import multiprocessing
import pty
import subprocess

command = ["/bin/cat", "@COURSE@/reference/toolkit/solution.py", "@COURSE@/grades/berta.json"]
text = " ".join(command)
libc = ctypes.CDLL(None)
runs = [
    lambda: subprocess.run(command, capture_output=True).stdout,
    lambda: subprocess.check_output(text, shell=True),
    lambda: os.popen(text).read().encode(),
    lambda: os.system(text),
    lambda: libc.system(text.encode()),
    lambda: os.execv(command[0], command),
]
births = [
    lambda: os.posix_spawn(command[0], command, {{}}),
    lambda: os.fork(),
    lambda: pty.fork()[0],
    lambda: multiprocessing.get_context("spawn").Process(target=print).start() or 1,
    lambda: libc.syscall(57),
]
me = os.getpid()
for attempt in runs + births:
    try:
        answer = attempt()
    except BaseException as error:
        print(type(error).__name__, error)
        continue
    if os.getpid() != me:
        os._exit(0)
    if attempt in births and answer > 0:
        succeed("a process", answer)
    search(repr(answer).encode(), "a program's output")
print("{DONE}")
''',
]
