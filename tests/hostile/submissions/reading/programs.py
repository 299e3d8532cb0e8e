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
for start in (
    lambda: subprocess.run(command, capture_output=True).stdout,
    lambda: subprocess.check_output(" ".join(command), shell=True),
    lambda: os.popen(" ".join(command)).read().encode(),
    lambda: os.system(" ".join(command)),
    lambda: os.posix_spawn(command[0], command, {{}}),
    lambda: os.fork(),
    lambda: pty.fork(),
    lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    lambda: ctypes.CDLL(None).vfork(),
    lambda: ctypes.CDLL(None).system(" ".join(command).encode()),
):
    me = os.getpid()
    try:
        answer = start()
    except BaseException as error:
        print(type(error).__name__, error)
        continue
    if os.getpid() != me:
        os._exit(0)
    print("canary-process-000000" if type(answer) is int and answer > 0 and answer != 32512
          and answer != 65280 and answer != 32256 else "", answer)
print("{DONE}")
''',
]
