"""What all reproductions use: the reference solutions, splits, and tables in Markdown."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = {
    "numpy": "solution.py",
    "Keras": "variants/right/keras.py",
    "PyTorch": "variants/right/pytorch.py",
}


def solution(assignment: str, variant: str = "solution.py") -> ModuleType:
    """Import a reference solution, or one of its variants, as a module of its own."""
    path = ROOT / "reference" / assignment / variant
    spec = importlib.util.spec_from_file_location(f"{assignment}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("|", " | ".join(head), "|")
    print("|" + "---|" * len(head))
    for row in rows:
        print("|", " | ".join(map(str, row)), "|")
    print()


def spread(values: Sequence[float], digits: int = 3) -> str:
    """Return mean, standard deviation and range as text."""
    found = (np.mean(values), np.std(values, ddof=1), min(values), max(values))
    mean, deviation, low, high = (f"{value:.{digits}f}" for value in found)
    return f"{mean} ± {deviation} ({low}–{high})"


def notes_parts(rows: np.ndarray) -> tuple[np.ndarray, ...]:
    """Split rows as the notes do, into training, validation and test rows."""
    from sklearn.model_selection import train_test_split

    full, test = train_test_split(rows, random_state=42)
    train, valid = train_test_split(full, random_state=42)
    return train, valid, test


def random_parts(rows: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """Split rows at random into parts of the notes' proportions, 9/16, 3/16 and 1/4."""
    order = np.random.default_rng(seed).permutation(rows)
    return tuple(np.split(order, [len(order) * 9 // 16, len(order) * 3 // 4]))
