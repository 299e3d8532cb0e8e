"""Makes core dumps and asks the kernel for other people's."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "raises the limit on core files, changes where they go, and reads them"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import resource

for which in (resource.RLIMIT_CORE, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
    soft, hard = resource.getrlimit(which)
    for value in (hard, resource.RLIM_INFINITY):
        try:
            resource.setrlimit(which, (value, resource.RLIM_INFINITY))
        except (OSError, ValueError) as error:
            print(error)
if resource.getrlimit(resource.RLIMIT_CORE)[1] != 0:
    succeed("core")
for name in ("/proc/sys/kernel/core_pattern", "/proc/self/coredump_filter", "/proc/sysrq-trigger",
             "/proc/self/oom_score_adj"):
    try:
        with open(name, "w") as file:
            file.write("|@COURSE@/run" if "pattern" in name else "0")
        if "sys" in name:
            succeed("wrote", name)
    except OSError as error:
        print(error)
walk("/var/lib/systemd/coredump", "/var/crash", "/cores")
print("{DONE}")
''',
]
