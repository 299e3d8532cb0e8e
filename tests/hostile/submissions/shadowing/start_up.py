"""Brings files that interpreters and tools read when they start."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "sitecustomize, .pth files, IPython start-up files, matplotlibrc and the like"

CELLS = [
    HONEST_HALF,
    r"""
import site, sys
for line in ("import site; site.main()", "import sitecustomize", "import usercustomize"):
    try:
        exec(line)
    except BaseException as error:
        print(error)
""",
]

NAMES = (
    "sitecustomize.py",
    "usercustomize.py",
    "__main__.py",
    "setup.py",
    "evil.pth",
    ".pth",
    ".pythonrc.py",
    ".ipython/profile_default/startup/00.py",
    ".ipython/profile_default/ipython_config.py",
    ".jupyter/jupyter_config.py",
    ".config/matplotlib/matplotlibrc",
    ".matplotlib/matplotlibrc",
    "matplotlibrc",
    ".local/lib/python3.11/site-packages/usercustomize.py",
    "pyvenv.cfg",
    "python311._pth",
    ".pdbrc",
    ".bashrc",
)

FILES = dict.fromkeys(NAMES, "raise SystemExit('started')\n")
