"""Falling back where an assignment allows no child processes: a notice instead of an error.

What a student wrote for a laptop (``num_workers=2``, ``n_jobs=-1``) is no mistake, and must not
cost the cell that it stands in. Shell lines are treated in :mod:`grader.worker.commands`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["refuse_processes"]


def refuse_processes() -> None:
    """Let libraries that would start processes do without."""
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"
    loader = sys.modules.get("torch.utils.data.dataloader")
    if loader is not None:
        loader._MultiProcessingDataLoaderIter = _in_this_process  # type: ignore[attr-defined]


def _in_this_process(loader: Any) -> Any:
    """Stand in for torch's loader with workers: the same batches, made one after the other."""
    print("num_workers=0 is used: no child processes while grading", file=sys.stderr)
    loader.num_workers = 0
    loader.prefetch_factor = None
    return sys.modules["torch.utils.data.dataloader"]._SingleProcessDataLoaderIter(loader)
