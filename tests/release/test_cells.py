"""Cells with the marks of nbgrader and otter: what students get of them."""

from __future__ import annotations

from textwrap import dedent

import jupytext
import nbformat
import pytest

from grader.errors import SpecError
from grader.regions import ANSWER, CODE
from grader.release.cells import ReleasedCell, release_cells


def _released(text: str) -> tuple[ReleasedCell, ...]:
    return release_cells(dedent(text).lstrip("\n"), "solution.py").cells


def _percent(*cells: nbformat.NotebookNode) -> str:
    """What `jupytext --to py:percent` makes of a notebook of another grader."""
    text: str = jupytext.writes(nbformat.v4.new_notebook(cells=list(cells)), fmt="py:percent")
    return text


def _nbgrader(cell: nbformat.NotebookNode, **marks: bool) -> nbformat.NotebookNode:
    cell.metadata["nbgrader"] = {"grade_id": "a", "schema_version": 3, "locked": False, **marks}
    return cell


code, markdown, raw = (
    nbformat.v4.new_code_cell,
    nbformat.v4.new_markdown_cell,
    nbformat.v4.new_raw_cell,
)


def test_a_notebook_of_nbgrader() -> None:
    text = _percent(
        markdown("# Squares"),
        _nbgrader(
            code("def f(x):\n    ### BEGIN SOLUTION\n    return secret * x\n    ### END SOLUTION"),
            grade=False,
            solution=True,
        ),
        _nbgrader(code("secret = f(2)"), grade=False, solution=True),
        _nbgrader(
            code(
                "assert f(2) == 4\n### BEGIN HIDDEN TESTS\nassert f(3) == secret\n"
                "### END HIDDEN TESTS"
            ),
            grade=True,
            solution=False,
        ),
        _nbgrader(markdown("Because of the secret."), grade=True, solution=True),
        _nbgrader(markdown("Explain."), grade=False, solution=False, locked=True),
    )
    released, removed = release_cells(text, "solution.py")
    assert [(cell.kind, cell.source, cell.role) for cell in released] == [
        ("markdown", "# Squares", ""),
        ("code", 'def f(x):\n    raise NotImplementedError("Write f() here.")', ""),
        ("code", CODE, ""),
        ("code", "assert f(2) == 4", "notebook"),
        ("markdown", ANSWER, ""),
        ("markdown", "Explain.", ""),
    ]
    assert sum("secret" in part for part in removed) == 4


def test_a_notebook_of_otter() -> None:
    text = _percent(
        raw("# ASSIGNMENT CONFIG\nsolutions_pdf: secret"),
        code("import numpy as np"),
        raw("# BEGIN QUESTION\nname: q1\npoints: 2"),
        markdown("**Question 1.** Write `square`."),
        raw("# BEGIN SOLUTION"),
        code("def square(x):\n    return secret * x  # SOLUTION\n\nnine = square(3)  # SOLUTION"),
        raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        code("assert secret(2) == 4"),
        code("# HIDDEN\nassert square(3) == secret"),
        raw("# END TESTS"),
        raw("# END QUESTION"),
        markdown("```otter\n# BEGIN QUESTION\nname: q2\nmanual: true\n```"),
        raw("# BEGIN PROMPT"),
        code("answer = ..."),
        raw("# END PROMPT"),
        raw("# BEGIN SOLUTION"),
        markdown("Because of the secret."),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
        code("## Ignore ##\nprint(secret)"),
        raw("kept as it is"),
    )
    released, removed = release_cells(text, "solution.py")
    assert [(cell.kind, cell.source) for cell in released] == [
        ("code", "import numpy as np"),
        ("markdown", "**Question 1.** Write `square`."),
        (
            "code",
            'def square(x):\n    raise NotImplementedError("Write square() here.")\n\nnine = ...',
        ),
        ("code", "answer = ..."),
        ("markdown", ANSWER),
        ("raw", "kept as it is"),
    ]
    assert sum("secret" in part for part in removed) == 6


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# %%\nx = 1\n", 0, "there is no solution region"),
        (
            """
            # %% [raw]
            # # BEGIN QUESTION

            # %%
            x = 1  # SOLUTION
            """,
            1,
            "BEGIN QUESTION without an END QUESTION",
        ),
        (
            """
            # %%
            x = 1  # SOLUTION

            # %% [raw]
            # # BEGIN QUESTION

            # %% [raw]
            # # END TESTS
            """,
            7,
            "END TESTS without a BEGIN TESTS",
        ),
        (
            """
            y = 1  # SOLUTION

            # %% [raw]
            # # BEGIN SOLUTION

            # %%
            x = 1
            """,
            6,
            "none of its lines is marked",
        ),
    ],
)
def test_what_would_leak_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        _released(text)
    assert message in caught.value.message
    assert caught.value.where == (f"solution.py:{line}" if line else "solution.py")
