from __future__ import annotations

import json
import re

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.ci.places import Place, cell_lines

from .conftest import verdict

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# def f(x):\n", "no code"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {"cell_type": "raw", "source": ["not this"]},
            "outputs": [{"output_type": "stream", "text": ['}{][\\"\n'], "name": "stdout"}],
            "source": ["import math\n", "\n", "# one"],
        },
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": []},
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "source": ["def f(x):\n", "    return x\n", "\n", "def g(x): pass"],
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}
PATH = "submissions/toy/ada/toy.ipynb"


def written(**options) -> str:
    return json.dumps(NOTEBOOK, **{"indent": 1} | options)


@pytest.fixture
def place(result):
    """Where a verdict about a notebook, or other files, has its place."""

    def of(title: str = "It works.", message: str = "", files=None, submission="ada/toy.ipynb"):
        files = files or {"toy.ipynb": written()}
        made = result(files=files, submission=submission)
        return made.work.place(verdict(title, message=message))

    return of


def test_each_line_of_a_cell_has_its_line_in_the_file():
    text = written()
    lines = text.split("\n")
    found = cell_lines(text)
    assert [[lines[number - 1].strip() for number in cell] for cell in found] == [
        ['"import math\\n",', '"\\n",', '"# one"'],
        [],
        ['"def f(x):\\n",', '"    return x\\n",', '"\\n",', '"def g(x): pass"'],
    ]


def test_a_source_in_one_string_is_one_line_of_the_file():
    cells = {
        "cells": [{"cell_type": "code", "source": "a\nb\n"}, {"cell_type": "code", "source": ""}]
    }
    text = json.dumps(cells, indent=1)
    number = next(n for n, line in enumerate(text.split("\n"), 1) if "a\\nb" in line)
    assert cell_lines(text) == [[number, number], []]


def test_a_notebook_in_one_line():
    assert cell_lines(written(indent=None)) == [[1, 1, 1], [], [1, 1, 1, 1]]


def test_what_jupyter_itself_writes(tmp_path):
    notebook = nbformat.from_dict(NOTEBOOK | {"nbformat_minor": 5})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number}"
        cell.setdefault("execution_count", None) if cell.cell_type == "code" else None
    text = nbformat.writes(notebook)
    lines = text.split("\n")
    first, *_ = cell_lines(text)[0]
    assert lines[first - 1].strip() == '"import math\\n",'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "1",
        '{"cells"',
        '{"cells": 3}',
        '{"cells": [3, {"cell_type": "code"}',
        "{1: 2}",
        '{"cells": [{"cell_type": "code", "source": [',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a" "b"}',
    ],
)
def test_what_is_no_notebook_has_no_lines(text):
    assert cell_lines(text) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
PIECES = st.text().map(lambda text: re.findall(r"[^\n]*\n|[^\n]+", text))  # as Jupyter writes them
CELLS = st.lists(
    st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["code", "markdown"])},
        optional={
            "source": PIECES | st.text() | JSON,
            "outputs": JSON,
            "metadata": JSON,
        },
    )
    | JSON,
    max_size=4,
)


@settings(max_examples=60)
@given(cells=CELLS, indent=st.sampled_from([None, 0, 1, 4]), ascii_=st.booleans())
def test_every_line_that_is_found_holds_what_the_cell_says(cells, indent, ascii_):
    """The walk over the text agrees with the parser of the standard library."""
    text = json.dumps({"cells": cells}, indent=indent, ensure_ascii=ascii_)
    lines = text.split("\n")
    sources = []
    is_whole = True  # no line is put together from pieces that stand on several lines of the file
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source")
            pieces = [source] if isinstance(source, str) else source
            pieces = pieces if isinstance(pieces, list) else []
            pieces = [piece for piece in pieces if isinstance(piece, str)]
            is_whole &= all(piece.endswith("\n") for piece in pieces[:-1])
            sources.append("".join(pieces))
    found = cell_lines(text)
    assert [len(numbers) for numbers in found] == [
        source.count("\n") + (bool(source) and not source.endswith("\n")) for source in sources
    ]
    for source, numbers in zip(sources, found, strict=True):
        assert numbers == sorted(numbers)
        for line, number in zip(source.split("\n"), numbers, strict=False):
            if is_whole:
                assert json.dumps(line, ensure_ascii=ascii_)[1:-1] in lines[number - 1]


@pytest.mark.parametrize(
    ("message", "line", "cell"),
    [
        ("code cell 1, line 3: NameError: no", "# one", 1),
        ("code cell 3, line 2: TypeError: no", "    return x\\n", 3),
        ("code cell 3, line 99: TypeError: no", "def g(x): pass", 3),
        ("code cell 3 was stopped after 20 seconds", "def f(x):\\n", 3),
    ],
)
def test_a_message_names_cell_and_line(place, message, line, cell):
    number = next(n for n, text in enumerate(written().split("\n"), 1) if f'"{line}"' in text)
    assert place(message=message) == Place(PATH, number, cell)


@pytest.mark.parametrize(
    "message", ["code cell 2, line 1: x", "code cell 9, line 1", "code cell 0"]
)
def test_a_cell_without_lines_or_that_is_not_there(place, message):
    assert place(message=message).line == 0
    assert place(message=message).file == PATH


def test_a_title_names_the_function(place):
    lines = written().split("\n")
    found = place("After that g() is right, and f() too.")
    assert (found.cell, lines[found.line - 1].strip()) == (3, '"def g(x): pass"')
    assert place("Unknown() is asked.") == Place(PATH)


def test_modules(place):
    files = {
        "toy.py": "import helper\n\nclass C:\n    async def fit(self): pass\n",
        "helper.py": "\n",
    }
    module = "submissions/toy/ada/toy.py"
    for title, message, expected in (
        ("fit() learns.", "", Place(module, 4)),
        ("fit() learns.", "toy.py, line 3: ValueError: x", Place(module, 3)),
        ("It works.", "helper.py, line 7: E", Place("submissions/toy/ada/helper.py", 7)),
        # Run under another name, because its own could not be imported.
        ("It works.", "renamed.py, line 2: E", Place(module, 2)),
        ("It works.", "", Place(module)),
    ):
        assert place(title, message, files, "ada/toy.py") == expected


@pytest.mark.parametrize("submission", ["../../../outside.py", "none.py", "x\0y"])
def test_what_was_graded_is_looked_for_among_the_files(place, submission):
    found = place(files={"toy.py": "x", "../../../outside.py": "x"}, submission=submission)
    assert found.file == "submissions/toy/ada"
