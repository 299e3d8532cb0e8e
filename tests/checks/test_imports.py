"""The import rule, read from the source."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.checks.imports import forbidden_imports
from grader.model import Assignment, Cell, CellKind, Submission


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return Assignment(
        id="toy",
        title="Toy",
        points=Decimal(1),
        allowed_imports=("numpy", "matplotlib"),
        folder=tmp_path,
        digest="",
    )


def notebook(*sources: str, kind: CellKind = CellKind.CODE) -> Submission:
    cells = tuple(Cell(kind=kind, source=source) for source in sources)
    return Submission(student="ada", path="a.ipynb", cells=cells)


def module(**files: str) -> Submission:
    contents = {name.replace("__", "/") + ".py": text.encode() for name, text in files.items()}
    return Submission(student="ada", path="a.py", kind="module", files=contents, entry="toy.py")


def found(submission: Submission, assignment: Assignment) -> list[tuple[str, str]]:
    notices = forbidden_imports(submission, assignment)
    assert {notice.code for notice in notices} <= {"import"}
    return [(notice.message.split("'")[1], notice.where) for notice in notices]


ALLOWED = [
    "import numpy as np, matplotlib.pyplot as plt",
    "from numpy.linalg import norm",
    "import os, sys, json, collections.abc, __future__",
    "from IPython.display import display\nimport grader",
    "from . import helper\nfrom .torch import nn",
    "import_module(name)\nimportlib.import_module()\n__import__(3)",
    "x = 'import torch'",
    "def import_torch(): pass\nimport_torch('torch')",
    "%matplotlib inline\n!pip install torch",
    "%%bash\npython -c 'import torch'",
    "this is no Python, import torch",
    "print('\\d')",
    "",
]  # fmt: skip


@pytest.mark.parametrize("source", ALLOWED)
def test_what_is_allowed_gives_no_notice(assignment: Assignment, source: str) -> None:
    assert forbidden_imports(notebook(source), assignment) == ()
    assert forbidden_imports(module(toy=source), assignment) == ()


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        ("import torch", "torch", 1),
        ("x = 1\nimport numpy, torch.nn as nn", "torch", 2),
        ("from sklearn.linear_model import Perceptron", "sklearn", 1),
        ("def late():\n    if True:\n        import keras", "keras", 3),
        ("try:\n    import torch\nexcept ImportError:\n    pass", "torch", 2),
        ("t = __import__('torch')", "torch", 1),
        ("import importlib\nt = importlib.import_module('torch.nn')", "torch", 2),
        ("from importlib import import_module\nt = import_module('jax')", "jax", 2),
        ("%matplotlib inline\nimport torch", "torch", 2),
        ("%time import torch\nfiles = !ls\nimport jax", "jax", 3),
    ],
)
def test_every_way_to_import_is_found_with_its_line(
    assignment: Assignment, source: str, name: str, line: int
) -> None:
    assert found(notebook("# nothing", source), assignment) == [(name, f"code cell 2, line {line}")]


def test_the_notice_says_what_is_allowed(assignment: Assignment) -> None:
    (notice,) = forbidden_imports(notebook("import torch"), assignment)
    assert notice.message == (
        "'torch' is imported, which this assignment does not allow; "
        "it allows numpy, matplotlib and the standard library"
    )


def test_every_import_of_every_file_is_found(assignment: Assignment) -> None:
    submission = module(toy="import torch\nimport torch", toy_extra__nets="\nimport jax")
    assert found(submission, assignment) == [
        ("torch", "toy.py, line 1"),
        ("torch", "toy.py, line 2"),
        ("jax", "toy_extra/nets.py, line 2"),
    ]


def test_the_submissions_own_modules_are_allowed(assignment: Assignment) -> None:
    submission = module(toy="import layers, nets.dense", layers="", nets__dense="")
    assert found(submission, assignment) == []


def test_only_code_cells_count_and_are_counted(assignment: Assignment) -> None:
    text = Cell(kind=CellKind.MARKDOWN, source="import torch")
    code = Cell(kind=CellKind.CODE, source="import torch")
    submission = Submission(student="ada", path="a.ipynb", cells=(text, code, text, code))
    assert [where for _, where in found(submission, assignment)] == [
        "code cell 1, line 1",
        "code cell 2, line 1",
    ]


def test_without_a_rule_everything_is_allowed(assignment: Assignment) -> None:
    free = assignment.model_copy(update={"allowed_imports": ()})
    assert forbidden_imports(notebook("import torch"), free) == ()


@pytest.mark.parametrize("source", ["\0", "(" * 5000, "x = " + "-" * 50_000 + "1", "é\ud800"])
def test_source_that_cannot_be_parsed_is_passed_over(assignment: Assignment, source: str) -> None:
    assert forbidden_imports(notebook(source, "import torch"), assignment) != ()
    assert forbidden_imports(notebook(source), assignment) == ()
