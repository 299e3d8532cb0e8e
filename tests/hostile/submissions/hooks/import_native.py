"""Loads the compiled part of a forbidden package."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "shared libraries of torch and others by ctypes, and the interpreter as a program"

CELLS = [
    HONEST_HALF,
    r"""
def tried(*ways):
    for way in ways:
        try:
            module = way()
            print(way, module)
            if module is not None and hasattr(module, "softmax"):
                return module
        except BaseException as error:
            print(type(error).__name__, error)

import ctypes, glob, os, subprocess, sys, multiprocessing

places = ["@REPOSITORY@/.venv/lib/python3.11/site-packages", *sys.path]
libraries = [file for place in places for name in ("torch/lib/*.so*", "tensorflow/*.so*")
             for file in glob.glob(f"{place}/{name}")]
libraries += [f"{places[0]}/torch/lib/libtorch_cpu.so", f"{places[0]}/torch/lib/libc10.so"]
for file in libraries:
    try:
        print(ctypes.CDLL(file))
        softmax = None
    except OSError as error:
        print(error)

program = "import torch, sys; print(torch.softmax(torch.zeros(1, 2), 1))"
found = tried(
    lambda: subprocess.run([sys.executable, "-c", program], check=True),
    lambda: os.system(f"{sys.executable} -c '{program}'") and None,
    lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", program], {}) and None,
    lambda: os.execv(sys.executable, [sys.executable, "-c", program]),
    lambda: multiprocessing.get_context("fork").Pool(2),
    lambda: multiprocessing.get_context("spawn").Pool(2),
    lambda: os.fork() and None,
)
""",
]
