"""What a worker process finds around it: environment variables and a warm font cache."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["environment", "place_font_cache"]

_FONT_CACHE = "fontlist-*.json"
_FONT_SECONDS = 120


def environment(folder: Path, payload: Path) -> dict[str, str]:
    """Return a small environment of our own making: nothing of the grader's reaches a worker.

    Args:
        folder: the worker's own folder, its home and temporary folder in one.
        payload: where the worker's own code lies.
    """
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(payload),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "IPYTHONDIR": str(folder / ".ipython"),
        "MPLCONFIGDIR": str(folder / ".matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        # One thread: the same sums in the same order, and no library fights for the cores.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "",
    }


def place_font_cache(folder: Path) -> None:
    """Give a worker its own copy of matplotlib's font list.

    Without one, every first figure searches the machine's fonts for seconds; a shared one could
    be changed by one submission under another.
    """
    target = folder / ".matplotlib"
    target.mkdir()
    for file in _font_lists():
        shutil.copy(file, target)


@functools.cache
def _font_lists() -> tuple[Path, ...]:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("MPLCONFIGDIR") or home / "matplotlib")
    if not list(folder.glob(_FONT_CACHE)):
        # Our own process and our own fonts: matplotlib writes the list when it is imported. Where
        # it cannot (a read-only home), figures are slower and nothing else changes.
        subprocess.run(
            [sys.executable, "-P", "-c", "import matplotlib.font_manager"],
            check=False,
            capture_output=True,
            timeout=_FONT_SECONDS,
        )
    return tuple(folder.glob(_FONT_CACHE))
