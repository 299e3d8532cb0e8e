"""A submission finds loaded what it imports, and of what it may not import nothing."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import nbformat
import pytest

from grader.model import Cell, CellKind, Submission
from grader.sandbox.libraries import expected_frameworks, expected_set, library_set

DATA = ("pandas", "sklearn")
CASES = [
    ("import numpy as np", (), ()),
    ("import pandas as pd", (), DATA),
    ("from sklearn.preprocessing import StandardScaler", (), DATA),
    ("def load():\n    import seaborn", (), DATA),
    ("import torch", (), ("torch", *DATA)),
    ("from keras import layers", (), ("tensorflow", *DATA)),
    ("import tensorflow as tf\nfrom torch import nn", (), ("tensorflow", "torch", *DATA)),
    ("import torch", ("numpy", "torch"), ("torch",)),
    ("import torch\nimport pandas", ("numpy", "pandas"), ("pandas",)),
    ("import pandas", ("numpy",), ()),
    ("import torchaudio, pandas_of_my_own", (), ()),
    ("# we import torch and pandas later", (), ()),
]

pytestmark = pytest.mark.parametrize(("source", "allowed", "libraries"), CASES)


@pytest.fixture(autouse=True)
def _installed(libraries: tuple[str, ...]) -> None:
    for name in libraries:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")


def test_a_submission_finds_what_it_imports(source, allowed, libraries):
    cells = (Cell(kind=CellKind.MARKDOWN, source="import torch"), code(source))
    notebook = Submission(student="s101", path="s101.ipynb", cells=cells)
    assert library_set(notebook, allowed) == libraries
    files = {"work.py": source.encode(), "notes.txt": b"import torch"}
    module = Submission(student="s101", path="work.py", kind="module", files=files)
    assert library_set(module, allowed) == libraries


def test_what_is_prepared_for_a_file_is_what_it_needs(source, allowed, libraries, tmp_path: Path):
    module = tmp_path / "work.py"
    module.write_text(source)
    assert expected_set(module, allowed) == libraries
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, tmp_path / "work.ipynb")
    assert expected_set(tmp_path / "work.ipynb", allowed) == libraries
    assert expected_set(tmp_path, allowed) == libraries
    assert expected_set(tmp_path / "absent.py", allowed) == ()
    os.mkfifo(tmp_path / "pipe.py")  # to open it would wait for ever
    assert expected_set(tmp_path / "pipe.py", allowed) == ()


def test_a_reference_has_frameworks_and_nothing_beside_them(
    source, allowed, libraries, tmp_path: Path
):
    module = tmp_path / "solution.py"
    module.write_text(source)
    if not allowed:
        assert expected_frameworks(module) == tuple(name for name in libraries if name not in DATA)


def code(source: str) -> Cell:
    return Cell(kind=CellKind.CODE, source=source)
