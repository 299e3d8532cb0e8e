"""Reads what /proc tells of other processes."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "reads environments, memory, folders and open files of all processes in /proc"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
try:
    numbers = {{name for name in os.listdir("/proc") if name.isdigit()}}
except OSError:
    numbers = set()
numbers |= {{str(number) for number in range(1, 40)}} | {{"@GRADER@", "@STARTER@"}}
numbers |= {{str(os.getppid()), "self"}}
for number in numbers:
    base = f"/proc/{{number}}"
    hunt(*(f"{{base}}/{{name}}" for name in ("environ", "cmdline", "maps", "stack", "comm")))
    hunt(f"{{base}}/root/@COURSE@/grades/berta.json", f"{{base}}/cwd/pyproject.toml",
         f"{{base}}/root@COURSE@/reference/toolkit/solution.py")
    for folder in ("fd", "task", "map_files", "cwd", "root/tmp"):
        try:
            names = os.listdir(f"{{base}}/{{folder}}")
        except OSError:
            continue
        if folder == "fd" and number in ("self", str(os.getpid())):
            names = [name for name in names if int(name) > 3]
        hunt(*(f"{{base}}/{{folder}}/{{name}}" for name in names))
hunt("/proc/kcore", "/proc/kallsyms", "/proc/kmsg", "/proc/mounts", "/proc/net/unix", "/dev/mem")
print("{DONE}")
''',
]
