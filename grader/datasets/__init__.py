"""Data sets: the published ones, checked by their checksums, and twins that are generated.

Everything but the published wine, housing and MNIST works without network and without files.
"""

from __future__ import annotations

from grader.datasets.draws import draw
from grader.datasets.real import DATASETS, available, load
from grader.datasets.table import Split, Table, as_csv, split
from grader.datasets.twins import EXAMPLE_SEED, TWINS, twin

__all__ = [
    "DATASETS",
    "EXAMPLE_SEED",
    "TWINS",
    "Split",
    "Table",
    "as_csv",
    "available",
    "draw",
    "load",
    "split",
    "twin",
]
