from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.model import Cell, CellKind, Notice
from grader.submission.notebook import MAX_CELLS, parse_notebook


def parse(data: bytes, **checks: str) -> tuple[tuple[Cell, ...], list[Notice]]:
    notices: list[Notice] = []
    cells = parse_notebook(data, name="hw.ipynb", checks=checks, notices=notices)
    return cells, notices


def codes(notices: list[Notice]) -> list[str]:
    return [notice.code for notice in notices]


def problem(data: bytes) -> str:
    with pytest.raises(SubmissionError) as caught:
        parse(data)
    assert caught.value.remedy
    return caught.value.message


def document(*cells: object, **fields: Any) -> bytes:
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **fields}
    return json.dumps(whole).encode()


def code(source: object, cell_id: object = "a", **fields: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": cell_id, "source": source, "metadata": {}, **fields}


def test_a_valid_notebook_has_no_notices(notebook: Callable[..., bytes]) -> None:
    cells, notices = parse(notebook("x = 1\ny = 2", "z = 3"))
    assert [cell.source for cell in cells] == ["# The perceptron", "x = 1\ny = 2", "z = 3"]
    assert [cell.kind for cell in cells] == [CellKind.MARKDOWN, CellKind.CODE, CellKind.CODE]
    assert all(cell.id for cell in cells)
    assert notices == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b" \n ", "is empty"),
        (b'{"cells": [{"cell_type": "code", "sou', "ends in the middle .*line 1, column"),
        (b'{"cells": [\n{"cell_type": "co de",', r"ends in the middle .*line 2, column"),
        (b'{"cells": [{"cell_type" "code"}]' + b" " * 9 + b'{"a": "b", "c": "d"}}', "is damaged"),
        (b'{\n<<<<<<< HEAD\n"a": 1,\n=======\n>>>>>>> main\n}', "merge conflict"),
        (b"import numpy as np\n", "not a notebook: it begins with “import numpy as np”"),
        (b"\x8f\x02\xff\x00garbage", "not a notebook: it begins with"),
        (b"{}", "JSON, but not a notebook"),
        (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"cells": [], "n": ' + b"9" * 5000 + b"}", "endless number"),
        (b"{" + b"[],{}" * 1_000_001, "too large"),
        (b'{"cells": [], "nbformat": 4}', "has no cells"),
        (b'{"cells": 7, "nbformat": 4}', "has no cells"),
        (b'{"nbformat": 4, "cells": [' + b"{}," * MAX_CELLS + b"{}]}", "has 5001 cells; at most"),
        (b'{"cells": [], "nbformat": 2}', "format 2"),
        (b'{"cells": [], "nbformat": 5}', "format 5"),
    ],
)
def test_what_cannot_be_read(data: bytes, found: str) -> None:
    assert re.search(found, problem(data))


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"kernelspec": {"name": "ir"}}, "R"),
        ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
        ({"language_info": {"name": "javascript"}}, "javascript"),
    ],
)
def test_other_languages_are_refused(metadata: dict[str, Any], language: str) -> None:
    assert f"a notebook in {language}; Python" in problem(document(code("x"), metadata=metadata))


@pytest.mark.parametrize("metadata", [None, [], {"kernelspec": 3, "language_info": "x"}])
def test_broken_metadata_is_no_obstacle(metadata: object) -> None:
    cells, _ = parse(document(code("x = 1"), metadata=metadata))
    assert cells[0].source == "x = 1"


def test_an_unknown_kernel_is_python_3() -> None:
    kernel = {"name": "conda-env-myenv-py", "language": "python"}
    _, notices = parse(document(code("x"), metadata={"kernelspec": kernel}))
    assert codes(notices) == ["kernel-name"]
    assert "conda-env-myenv-py" in notices[0].message


def test_format_3_is_upgraded() -> None:
    v3 = nbformat.v3
    sheet = v3.new_worksheet(
        cells=[
            v3.new_heading_cell("Task", level=2),
            v3.new_text_cell("markdown", "Text"),
            v3.new_code_cell("x = 1"),
        ]
    )
    data = nbformat.writes(v3.new_notebook(worksheets=[sheet]), version=3).encode()
    cells, notices = parse(data)
    assert [cell.source for cell in cells] == ["## Task", "Text", "x = 1"]
    assert cells[2].kind is CellKind.CODE
    assert codes(notices) == ["format-3"]


def test_a_heading_of_a_million_marks_is_one_mark() -> None:
    heading = {"cell_type": "heading", "level": 10**12, "source": "T"}
    cells, _ = parse(json.dumps({"nbformat": 3, "worksheets": [{"cells": [heading]}]}).encode())
    assert cells[0].source == "# T"


def test_cell_identifiers_are_repaired() -> None:
    cells, notices = parse(
        document(code("1", "a"), code("2", "a"), code("3", "not valid!"), code("4", "cell-3"))
    )
    assert [cell.id for cell in cells] == ["a", "cell-2", "cell-3x", "cell-3"]
    assert codes(notices) == ["duplicate-cell-id", "missing-cell-id"]
    assert "(a)" in notices[0].message


def test_formats_without_cell_identifiers_are_given_some_silently() -> None:
    cell = {"cell_type": "code", "source": "x"}
    cells, notices = parse(document(cell, cell, nbformat_minor=4))
    assert [cell.id for cell in cells] == ["cell-1", "cell-2"]
    assert notices == []


def test_schema_errors_are_repaired() -> None:
    cells, notices = parse(
        document(
            code(["x = 1\n", "y = 2"], "a"),
            code(["x = 1\n", 3], "b"),
            code(None, "c"),
            {"cell_type": "widget", "id": "d", "source": "w"},
            "no cell",
        )
    )
    assert [cell.source for cell in cells] == ["x = 1\ny = 2", "x = 1\n", "", "w"]
    assert cells[3].kind is CellKind.RAW
    assert codes(notices) == ["schema"] * 3
    assert [notice.where for notice in notices] == [
        "hw.ipynb",
        "hw.ipynb, cell 4",
        "hw.ipynb, cell 2, 3",
    ]


def test_an_unhashable_cell_type_is_repaired() -> None:
    cells, notices = parse(document({"cell_type": ["code"], "id": "a", "source": "x"}))
    assert cells[0].kind is CellKind.RAW
    assert codes(notices) == ["schema", "no-code"]


def test_large_outputs_are_dropped_with_their_size() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000}
    cells, notices = parse(document(code("x = 1", outputs=[output])))
    assert codes(notices) == ["outputs-dropped"]
    assert "10.0 MB" in notices[0].message
    assert cells[0].source == "x = 1"


def test_line_ends_and_encodings() -> None:
    cells, notices = parse(b"\xef\xbb\xbf" + document(code("a\r\nb"), code("c\r\n", "b")))
    assert [cell.source for cell in cells] == ["a\nb", "c\n"]
    assert codes(notices) == ["bom", "line-endings"]
    latin = json.dumps({"nbformat": 4, "metadata": {}, "cells": [code("é")]}, ensure_ascii=False)
    cells, notices = parse(latin.encode("latin-1"))
    assert cells[0].source == "é"
    assert codes(notices) == ["encoding"]


def test_check_cells_deleted_or_edited_are_noticed() -> None:
    data = document(code("check(1)  \n", "one"), code("pass", "two"), code("check(4)", "lost-id"))
    _, notices = parse(data, one="check(1)", two="check(2)", three="check(3)", four="check(4)")
    assert {notice.where: notice.code for notice in notices} == {
        "cell two": "check-cell-edited",
        "cell three": "check-cell-missing",
    }
    assert all("nothing is lost" in notice.message for notice in notices)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ODD_CELLS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "cell_type": VALUES | st.sampled_from(["code", "markdown", "heading", "html"]),
        "source": VALUES,
        "input": VALUES,
        "id": VALUES | st.just("same"),
        "level": VALUES,
        "outputs": VALUES,
    },
)
ODD_SHEETS = st.lists(VALUES | st.fixed_dictionaries({"cells": VALUES | st.lists(ODD_CELLS)}))


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "nbformat": VALUES | st.sampled_from([3, 4]),
            "nbformat_minor": VALUES | st.just(5),
            "metadata": VALUES
            | st.fixed_dictionaries({}, optional={"kernelspec": VALUES, "language_info": VALUES}),
            "cells": VALUES | st.lists(ODD_CELLS, max_size=4),
            "worksheets": VALUES | ODD_SHEETS,
        },
    )
)
def test_any_json_gives_cells_or_a_problem(whole: dict[str, Any]) -> None:
    cells, refusal = (), ""
    try:
        cells, _ = parse(json.dumps(whole).encode())
    except SubmissionError as error:
        refusal = error.message
    assert bool(cells) != refusal.startswith("hw.ipynb")
    assert len({cell.id for cell in cells}) == len(cells)
    assert all(cell.id and cell.model_dump_json() for cell in cells)


@pytest.mark.parametrize(
    ("count", "outputs", "saved"),
    [
        (3, [], (3, False)),
        (None, [], (None, False)),
        (3, [{"output_type": "stream"}, {"output_type": "error"}], (3, True)),
        ("3", "error", (None, False)),
        (True, [None, "error", {"output_type": ["error"]}], (None, False)),
        (10**9, None, (None, False)),
        (-1, {}, (None, False)),
    ],
)
def test_whether_a_cell_had_run_and_failed(count: object, outputs: object, saved: object) -> None:
    (cell,), _ = parse(document(code("x = 1", execution_count=count, outputs=outputs)))
    assert (cell.saved_count, cell.saved_error) == saved


def test_whether_a_cell_of_format_3_had_run_and_failed() -> None:
    cell = {"cell_type": "code", "input": "x", "language": "python", "prompt_number": 4}
    sheet = {"cells": [{**cell, "outputs": [{"output_type": "pyerr"}]}]}
    data = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]})
    (found,), _ = parse(data.encode())
    assert (found.saved_count, found.saved_error) == (4, True)
