"""What three graders need to grade a task, made from its one description.

From a task follow the source notebook of nbgrader, the master notebook of otter, the course folder
of this grader, and a class of copies, each with the score that it deserves. The statements that
check a function are the same in all three.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from peer_tasks import Task

# A notebook as nbformat has it, which declares no types.
Notebook = Any

_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


class Copy(NamedTuple):
    """One submission.

    Attributes:
        student: who hands it in.
        notebook: the notebook, with the marks that nbgrader needs; the others pass over them.
        declared: the points that it deserves.
    """

    student: str
    notebook: Notebook
    declared: int


# --- the class ------------------------------------------------------------------------------


def make_class(task: Task, size: int) -> list[Copy]:
    """Return copies of the right solution, each edited, some with mistakes.

    Every copy has a comment and names of its own, so that no two are the same file.

    Raises:
        ValueError: the text that a mistake replaces is not in the solution exactly once.
    """
    return [_make_copy(task, number) for number in range(1, size + 1)]


def _make_copy(task: Task, number: int) -> Copy:
    sources, lost = {}, set()
    for question in task.questions:
        source, mistake = question.solution, question.mistake
        if mistake and number % mistake.every == 0:
            if source.count(mistake.right) != 1:
                raise ValueError(f"{question.name}: {mistake.right!r} is not there exactly once")
            source = source.replace(mistake.right, mistake.wrong)
            lost |= {*mistake.costs}
        source = re.sub(rf"\b{question.local}\b", f"{question.local}_{number}", source)
        sources[question.name] = f"# Attempt {number}.\n{source}"
    declared = sum(question.points for question in task.questions if question.name not in lost)
    return Copy(f"s{number:03}", _marked(task, sources, {}), declared)


# --- nbgrader -------------------------------------------------------------------------------


def nbgrader_source(task: Task) -> Notebook:
    """Return the instructor's notebook, whose checks are hidden tests."""
    hidden = {
        question.name: f"\n### BEGIN HIDDEN TESTS\n{question.checks}### END HIDDEN TESTS"
        for question in task.questions
    }
    return _marked(task, {question.name: question.solution for question in task.questions}, hidden)


def _marked(task: Task, sources: Mapping[str, str], hidden: Mapping[str, str]) -> Notebook:
    """Return a notebook whose cells have nbgrader's marks."""
    cells = _beginning(task)
    for question in task.questions:
        name = question.name
        test = f"# {name}() is tested here.{hidden.get(name, '')}"
        cells += [
            _text(question.summary),
            _code(name, sources[name], nbgrader=_mark(name, solution=True)),
            _code(
                f"test-{name}",
                test,
                nbgrader={
                    **_mark(f"test-{name}", grade=True, locked=True),
                    "points": question.points,
                },
            ),
        ]
    return _numbered([*cells, _code("last", task.last)])


def _mark(name: str, **roles: bool) -> dict[str, Any]:
    kinds = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"schema_version": 3, "grade_id": name, **kinds, **roles}


# --- otter ----------------------------------------------------------------------------------


def otter_master(task: Task) -> Notebook:
    """Return the instructor's notebook, whose checks are hidden tests."""
    config = {
        "init_cell": False,
        "check_all_cell": False,
        "export_cell": False,
        "generate": {"pdf": False},
    }
    cells = [
        _raw(f"# ASSIGNMENT CONFIG\n{json.dumps(config)}"),
        *_beginning(task),
    ]
    for question in task.questions:
        what = {"name": question.name, "points": question.points}
        cells += [
            _raw(f"# BEGIN QUESTION\n{json.dumps(what)}"),
            _text(question.summary),
            _raw("# BEGIN SOLUTION"),
            _code(question.name, question.solution),
            _raw("# END SOLUTION"),
            _raw("# BEGIN TESTS"),
            _code(f"test-{question.name}", f"# HIDDEN\n{question.checks}"),
            _raw("# END TESTS"),
            _raw("# END QUESTION"),
        ]
    return _numbered([*cells, _code("last", task.last)])


# --- this grader ----------------------------------------------------------------------------


def write_course(task: Task, folder: Path) -> None:
    """Write a course of this grader with the task as its one assignment."""
    assignment = folder / "assignments" / task.name
    files = {
        assignment / "assignment.yaml": json.dumps(_specification(task), indent=2),
        assignment / "README.md": f"# {task.title}\n",
        assignment / "tests" / "hidden" / f"test_{task.name}.py": _hidden_tests(task),
        folder / "reference" / task.name / "solution.py": "".join(
            f"# %%\n{source}\n\n"
            for source in (task.imports, *(question.solution for question in task.questions))
        ),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _specification(task: Task) -> dict[str, Any]:
    """Return assignment.yaml; JSON is YAML."""
    return {
        "title": task.title,
        "points": task.points,
        "allowed_imports": [*task.packages],
        "interface": {
            question.name: {"signature": question.signature, "summary": question.summary}
            for question in task.questions
        },
    }


def _hidden_tests(task: Task) -> str:
    """Return one test for each function; calls go to the submission, the rest is the same."""
    parts = ["import numpy as np\nimport pytest\n"]
    for question in task.questions:
        called = [
            one.name for one in task.questions if re.search(rf"\b{one.name}\(", question.checks)
        ]
        names = "".join(f"{name} = submission.{name}\n" for name in called)
        parts.append(
            f"@pytest.mark.points({question.points})\n"
            f"def test_{question.name}(submission):\n"
            f'    """{question.summary}"""\n' + textwrap.indent(f"{names}{question.checks}", "    ")
        )
    return "\n\n".join(parts)


# --- cells ----------------------------------------------------------------------------------


def _beginning(task: Task) -> list[Notebook]:
    return [_text(f"# {task.title}"), _code("imports", task.imports), _code("data", task.data)]


def _text(source: str) -> Notebook:
    return new_markdown_cell(source)


def _raw(source: str) -> Notebook:
    return new_raw_cell(source)


def _code(name: str, source: str, **metadata: Any) -> Notebook:
    return new_code_cell(source.strip("\n"), metadata={"name": name, **metadata})


def _numbered(cells: list[Notebook]) -> Notebook:
    """Return the cells as a notebook; else nbformat would draw their identifiers at random."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata=_KERNEL)


def write_notebook(notebook: Notebook, path: Path) -> None:
    """Write a notebook, and the folders that it lies in.

    Raises:
        nbformat.ValidationError: it is none.
    """
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
