from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.model import Assignment, Notice
from grader.submission.choice import candidates, choose, defined_names

ALL = "class Perceptron: pass\ndef sigmoid(z): pass\ndef train(): pass\n"


def chosen(assignment: Assignment, files: dict[str, bytes]) -> tuple[str, list[Notice]]:
    notices: list[Notice] = []
    found = candidates(files)
    return choose(found, files, assignment=assignment, notices=notices).path, notices


def test_candidates_are_notebooks_packages_and_loose_modules() -> None:
    names = ["a.ipynb", "p/__init__.py", "p/m.py", "p/q/__init__.py", "src/m.py", "data.csv"]
    found = [(item.kind, item.path) for item in candidates(names)]
    assert found == [
        ("notebook", "a.ipynb"),
        ("package", "p/__init__.py"),
        ("module", "src/m.py"),
    ]


def test_a_top_folder_that_is_a_package_is_the_only_candidate() -> None:
    found = candidates(["__init__.py", "layers.py", "sub/__init__.py"])
    assert [(item.kind, item.path) for item in found] == [("package", "__init__.py")]


@pytest.mark.parametrize(
    ("files", "expected", "reason"),
    [
        (
            {"perceptron.py": b"", "solution.py": ALL.encode()},
            "perceptron.py",
            "assignment's name",
        ),
        ({"solution.py": b"x", "main.py": b"x"}, "solution.py", "its name says"),
        ({"main.py": b"x = 1", "model.py": ALL.encode()}, "model.py", "defines 3 of the 3"),
        (
            {"a.py": b"def sigmoid(z): pass", "b.py": b"from a import *\nclass Perceptron: pass\n"},
            "a.py",
            "defines 1 of the 3",
        ),
        ({"test_a.py": ALL.encode(), "b.py": b"x = 1"}, "b.py", "the others are tests"),
        ({"a.py": b"def f(:", "b.py": ALL.encode() + b"def g(:"}, "b.py", "defines 3 of the 3"),
        ({"old/a.py": ALL.encode(), "z.py": b"def sigmoid(z): pass"}, "z.py", "old copies"),
    ],
)
def test_modules(
    assignment: Assignment, files: dict[str, bytes], expected: str, reason: str
) -> None:
    path, notices = chosen(assignment, files)
    assert path == expected
    assert [notice.code for notice in notices] == ["chosen"]
    assert reason in notices[0].message
    assert all(other in notices[0].message for other in files)


def test_a_notebook_needs_no_notice_beside_its_helpers(
    assignment: Assignment, notebook: Callable[..., bytes]
) -> None:
    files = {"hw.ipynb": notebook("def sigmoid(z): pass"), "helpers.py": ALL.encode()}
    assert chosen(assignment, files) == ("hw.ipynb", [])


def test_a_notebook_of_plots_gives_way_to_the_module(
    assignment: Assignment, notebook: Callable[..., bytes]
) -> None:
    files = {"plots.ipynb": notebook("x = 1"), "model.py": ALL.encode()}
    assert chosen(assignment, files)[0] == "model.py"


def test_of_several_notebooks_the_one_that_defines_most(
    assignment: Assignment, notebook: Callable[..., bytes]
) -> None:
    files = {
        "a.ipynb": notebook("def sigmoid(z): pass"),
        "b.ipynb": notebook("%matplotlib inline\ndef train(): pass", "class Perceptron: pass"),
        "broken.ipynb": b'{"cells": [',
    }
    path, notices = chosen(assignment, files)
    assert path == "b.ipynb"
    assert "defines 2 of the 3" in notices[0].message
    assert "a.ipynb, broken.ipynb" in notices[0].message


def test_defined_names() -> None:
    source = "import os\nfrom a import b as c\nx: int = 1\ny = z = 2\nasync def f(): g = 1\n'\\d'\n"
    assert defined_names(source) == {"c", "x", "y", "z", "f"}
    assert defined_names("!pip install x\nclass A: pass\ndef b(): pass") == {"A", "b"}
    assert defined_names("x = 1\0") == set()
    assert defined_names("(" * 5000) == set()
