"""Reference solution -> starter."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.catalog import load_assignment, starter_checks
from grader.errors import SpecError, UsageError
from grader.model import Assignment
from grader.release import make_starter, stale_starter, write_starter

SOLUTION = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Mine
#     name: conda-env-mine
# ---

# %% [markdown]
# # Neurons
# Write $\\sigma$ and é.

# %%
import numpy as np
# %matplotlib inline

# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z))."""
    # BEGIN SOLUTION
    secret = np.exp(-z)
    return 1 / (1 + secret)
    # END SOLUTION

# %% tags=["hide-input"]
# BEGIN SOLUTION
secret = sigmoid(np.zeros(3))
# END SOLUTION

# %% tags=["instructor"]
secret_for_instructors = 1

# %% [markdown] tags=["instructor"]
# The secret notes.

# %%
x = 1

# %%
x = 1

# %% tags=["check"]
import grader; grader.check("neurons")
'''

TAGS = '# %% tags=["instructor"]'


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    folder = tmp_path / "assignments" / "neurons"
    (folder / "tests" / "public").mkdir(parents=True)
    (folder / "tests" / "public" / "test_neurons.py").write_text("def test_x(): ...\n")
    (folder / "assignment.yaml").write_text("title: Neurons\npoints: 1\n")
    (folder / "README.md").write_text("# Neurons\n")
    reference = tmp_path / "reference" / "neurons"
    reference.mkdir(parents=True)
    (reference / "solution.py").write_text(SOLUTION, encoding="utf-8")
    return load_assignment(folder, reference=reference)


def _rewrite(assignment: Assignment, text: str) -> None:
    assert assignment.reference is not None
    (assignment.reference / "solution.py").write_text(text, encoding="utf-8")


def _cells(assignment: Assignment) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(make_starter(assignment).files["neurons.ipynb"])[
        "cells"
    ]
    return cells


def test_no_file_of_the_starter_holds_the_solution(assignment: Assignment) -> None:
    files = make_starter(assignment).files
    assert sorted(files) == ["neurons.ipynb", "neurons.py"]
    assert sum("secret" in part for part in make_starter(assignment).removed) == 4
    for content in files.values():
        assert b"sigmoid" in content
        assert b"secret" not in content
        assert b"SOLUTION" not in content


def test_the_notebook_holds_the_cells_in_order_and_no_output(assignment: Assignment) -> None:
    cells = _cells(assignment)
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == [
        ("markdown", "# Neurons\nWrite $\\sigma$ and é."),
        ("code", "import numpy as np\n%matplotlib inline"),
        (
            "code",
            'def sigmoid(z):\n    """Return 1 / (1 + exp(-z))."""\n'
            '    raise NotImplementedError("Write sigmoid() here.")',
        ),
        ("code", "# Write your code here"),
        ("code", "x = 1"),
        ("code", "x = 1"),
        ("code", 'import grader; grader.check("neurons")'),
    ]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert [cell["metadata"] for cell in cells if cell["metadata"]] == [
        {"tags": ["hide-input"]},
        {"grader": {"role": "check"}},
    ]


def test_the_notebook_is_valid_and_names_the_plain_kernel(assignment: Assignment) -> None:
    notebook = nbformat.reads(
        make_starter(assignment).files["neurons.ipynb"].decode(), as_version=4
    )
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_the_module_is_the_same_without_check_cells(assignment: Assignment) -> None:
    text = make_starter(assignment).files["neurons.py"].decode()
    assert text.startswith("# %% [markdown]\n# # Neurons\n# Write $\\sigma$ and é.\n\n# %%\nimport")
    assert "# %matplotlib inline" in text
    assert "grader" not in text
    assert "jupytext" not in text
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert names == ["sigmoid"]
    scope: dict[str, Any] = {}
    exec(compile(text, "neurons.py", "exec"), scope)
    with pytest.raises(NotImplementedError, match=r"Write sigmoid\(\) here"):
        scope["sigmoid"](0)


def test_equal_sources_give_equal_bytes(assignment: Assignment) -> None:
    first = make_starter(assignment)
    assert make_starter(assignment) == first
    assert assignment.reference is not None
    source = assignment.reference / "solution.py"
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    assert make_starter(assignment) == first
    assert b"\r" not in b"".join(first.files.values())


def test_cell_ids_are_unique_and_outlive_changes_around_them(assignment: Assignment) -> None:
    before = [cell["id"] for cell in _cells(assignment)]
    assert len(set(before)) == len(before)
    _rewrite(assignment, SOLUTION.replace("# %%\nimport", "# %%\nnew = 1\n\n# %%\nimport"))
    after = [cell["id"] for cell in _cells(assignment)]
    assert [id_ for id_ in after if id_ in before] == before
    assert len(after) == len(before) + 1


def test_the_starter_is_stale_until_it_is_written(assignment: Assignment) -> None:
    assert stale_starter(assignment) == ["neurons.ipynb", "neurons.py"]
    written = write_starter(assignment)
    assert [path.name for path in written] == ["neurons.ipynb", "neurons.py"]
    assert all(path.parent == assignment.folder / "starter" for path in written)
    assert stale_starter(assignment) == []
    _rewrite(assignment, SOLUTION.replace('check("neurons")', "check()"))
    assert stale_starter(assignment) == ["neurons.ipynb"]
    _rewrite(assignment, SOLUTION.replace("secret = np.exp(-z)", "other = np.exp(-z)"))
    assert stale_starter(assignment) == []
    written[1].write_text("edited by hand\n")
    assert stale_starter(assignment) == ["neurons.py"]


def test_another_line_end_is_not_stale_and_other_files_stay(assignment: Assignment) -> None:
    (assignment.folder / "starter").mkdir()
    data = assignment.folder / "starter" / "rows.csv"
    data.write_text("1,2\n")
    for path in write_starter(assignment):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert stale_starter(assignment) == []
    assert data.read_text() == "1,2\n"


def test_the_catalog_finds_the_check_cells_that_were_written(assignment: Assignment) -> None:
    write_starter(assignment)
    [(id_, source)] = starter_checks(assignment).items()
    assert id_ == _cells(assignment)[-1]["id"]
    assert source == 'import grader; grader.check("neurons")'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (TAGS, '# %% tags=["instuctor"]', "the tags of a cell cannot be read; it begins with 's"),
        (TAGS, '# %% tags=["Instructor"]', "cannot be read"),
        (TAGS, '# %% tag=["instructor"]', "cannot be read"),
        (TAGS, "# %% tags=[instructor]", "cannot be read"),
        (TAGS, '# %% notes tags="instructor"', "'instructor' is not of type 'array'"),
        (TAGS, "# %% Instructor only", "cannot be read"),
        ('# %% tags=["check"]', "# %% check", "cannot be read"),
        ("#     display_name: Mine\n", "", "'display_name' is a required property"),
        ("    # END SOLUTION", "", "the region begun on line 19 must end in its own cell"),
        ("SOLUTION", "THIS PART", "there is no solution region"),
    ],
)
def test_what_would_leak_or_cannot_be_read_is_refused(
    assignment: Assignment, old: str, new: str, message: str
) -> None:
    assert old in SOLUTION
    _rewrite(assignment, SOLUTION.replace(old, new, -1 if old == "SOLUTION" else 1))
    with pytest.raises(SpecError) as caught:
        make_starter(assignment)
    assert message in caught.value.message
    assert caught.value.where.startswith("reference/neurons/solution.py")


def test_a_cell_that_cannot_be_read_is_named_by_its_line(assignment: Assignment) -> None:
    _rewrite(assignment, SOLUTION.replace(TAGS, '# %% tags=["instuctor"]', 1))
    line = SOLUTION.partition(TAGS)[0].count("\n") + 1
    with pytest.raises(SpecError) as caught:
        make_starter(assignment)
    assert caught.value.where == f"reference/neurons/solution.py:{line}"


def test_a_title_that_speaks_of_checking_is_no_tag(assignment: Assignment) -> None:
    before = len(_cells(assignment))
    _rewrite(assignment, SOLUTION.replace("# %%\nimport", "# %% Check your setup\nimport"))
    assert len(_cells(assignment)) == before


def test_cells_for_the_notebook_alone_do_not_run_when_the_module_is_imported(
    assignment: Assignment,
) -> None:
    figure = '# %% tags=["notebook"]\n# A figure.\nprint(sigmoid(np.zeros(3)))\n\n'
    _rewrite(assignment, SOLUTION.replace(TAGS, figure + TAGS))
    files = make_starter(assignment).files
    assert b"print" not in files["neurons.py"]
    [cell] = [cell for cell in _cells(assignment) if "print" in "".join(cell["source"])]
    assert "".join(cell["source"]) == "# A figure.\nprint(sigmoid(np.zeros(3)))"
    assert cell["metadata"] == {}
    exec(compile(files["neurons.py"], "neurons.py", "exec"), {})


def test_without_a_reference_no_starter_can_be_made(assignment: Assignment) -> None:
    student = load_assignment(assignment.folder, reference=None)
    with pytest.raises(UsageError, match="no reference solution here"):
        make_starter(student)
