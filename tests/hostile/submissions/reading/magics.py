"""Lets IPython do the reading."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "reads and runs files by magics"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    "%run @COURSE@/reference/toolkit/solution.py",
    "%load @COURSE@/reference/toolkit/solution.py",
    "%pycat @COURSE@/reference/toolkit/solution.py",
    "%cat @COURSE@/grades/berta.json",
    "%env",
    "%cd @COURSE@\n%ls -R",
    "%%script cat @COURSE@/grades/berta.json\nx",
    "from IPython.display import Image\nImage('@COURSE@/grades/berta.json', format='png')",
    "get_ipython().history_manager.db_log_output = True\n%history -g\n%recall\n%store",
    f"print('{DONE}')",
]
