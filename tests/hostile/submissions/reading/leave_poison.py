"""Changes what the next submission would be run with."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "overwrites the worker's code, libraries, the zygote's memory, caches and start files"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import pathlib
import sys

import grader.wire
import grader.worker.calls
import matplotlib

poison = "# harmless, should it ever arrive\\n"
files = [module.__file__ for module in (np, grader.wire, grader.worker.calls, matplotlib, os)]
files += ["/etc/ld.so.preload", "/usr/lib/x.so", "/opt/worker/grader/__init__.py", sys.executable,
          "@NURSERY@/home/.matplotlib/fontlist-v390.json", "@NURSERY@/payload/x.py"]
files += [str(pathlib.Path(folder or ".", name)) for folder in sys.path if folder != os.getcwd()
          for name in ("sitecustomize.py", "usercustomize.py", "evil.pth")]
own = os.path.realpath(os.path.expanduser("~"))
for file in files:
    for change in (
        lambda: open(file, "a").close(),
        lambda: pathlib.Path(file + ".new").write_text(poison),
        lambda: os.link(file, file + ".old"),
        lambda: os.rename(file, file),
        lambda: open(file, "r+b").close(),
        lambda: os.makedirs(pathlib.Path(file).parent / "__pycache__" / "x"),
    ):
        try:
            change()
        except OSError:
            continue
        if not os.path.realpath(file).startswith(own):
            succeed("changed", file)
for file in [*files, "@COURSE@/grades/berta.json", "@COURSE@", "@NURSERY@"]:
    try:
        before = os.stat(file)
        os.chmod(file, before.st_mode & 0o7777)
        os.chown(file, before.st_uid, before.st_gid)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        os.setxattr(file, "user.x", b"1")
    except OSError as error:
        print(error)
    if os.path.exists(file) and os.stat(file).st_ctime_ns != before.st_ctime_ns:
        if not os.path.realpath(file).startswith(own):
            succeed("changed the attributes of", file)
for name in (".ipython/profile_default/startup/x.py", ".matplotlib/fontlist-v390.json",
             ".matplotlib/matplotlibrc", ".config/matplotlib/matplotlibrc", ".pythonrc.py",
             ".local/lib/python3.11/site-packages/usercustomize.py", ".jupyter/x.py"):
    path = pathlib.Path(own, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(poison)
for number in (1, os.getppid()):
    if number == os.getpid():
        continue
    for name in ("mem", "oom_score_adj", "coredump_filter", "comm", "uid_map"):
        try:
            with open(f"/proc/{{number}}/{{name}}", "r+b", buffering=0) as file:
                file.seek(0x400000 if name == "mem" else 0)
                file.write(b"0")
            succeed("changed", number, name)
        except OSError as error:
            print(error)
print("{DONE}")
''',
]
