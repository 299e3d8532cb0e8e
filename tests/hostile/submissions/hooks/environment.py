"""Changes the variables that processes inherit."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "an environment that would act in processes started later"

CELLS = [
    HONEST_HALF,
    r"""
import os, time

os.environ.clear()
os.environ.update(
    PYTHONSTARTUP=os.path.abspath("start.py"), PYTHONPATH=os.getcwd(), PYTHONHOME=os.getcwd(),
    LD_PRELOAD=os.path.abspath("evil.so"), LD_LIBRARY_PATH=os.getcwd(), PATH=os.getcwd(),
    PYTEST_ADDOPTS="--collect-only", PYTEST_PLUGINS="evil", GRADER_SECRET="0", GRADER_COURSE="/",
    TMPDIR="/nowhere", HOME="/nowhere", TZ="Nowhere/Land", OMP_NUM_THREADS="99",
)
open("evil.py", "w").write("raise SystemExit(0)")
open("start.py", "w").write("raise SystemExit(0)")
time.tzset()
""",
]
