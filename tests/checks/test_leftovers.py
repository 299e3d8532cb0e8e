"""State that a notebook was saved with and that a run from the top does not have."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from grader.checks.leftovers import leftovers
from grader.model import (
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    Notice,
    Status,
    Submission,
    Transcript,
    Verdict,
    Visibility,
)

Saved = tuple[str, int | None]  # source, number in the margin


def found(
    cells: Sequence[Saved],
    failed: dict[int, str] | None = None,
    *,
    messages: Sequence[str] = (),
    errors: Sequence[int] = (),
    visibility: Visibility = Visibility.PUBLIC,
    kind: Any = "notebook",
) -> tuple[Notice, ...]:
    """Compare saved cells with a run in which some fail; ``errors`` had failed when saved."""
    failed = failed or {}
    submission = Submission(
        student="ada",
        path="ada.ipynb",
        kind=kind,
        cells=tuple(
            Cell(kind=CellKind.CODE, source=source, saved_count=count, saved_error=n in errors)
            for n, (source, count) in enumerate(cells, start=1)
        ),
    )
    runs = tuple(
        CellRun(
            kind=CellKind.CODE,
            source=source,
            status=CellStatus.ERROR if n in failed else CellStatus.OK,
            message=failed.get(n, ""),
        )
        for n, (source, _) in enumerate(cells, start=1)
    )
    verdicts = [
        Verdict(
            id="t", title="t", visibility=visibility, points=Decimal(0), max_points=Decimal(1),
            status=Status.FAILED, message=message,
        )
        for message in messages
    ]  # fmt: skip
    return leftovers(submission, Transcript(kind=kind, runs=runs), verdicts)


def missing(cell: int, name: str) -> str:
    return f"code cell {cell}, line 1: NameError: name '{name}' is not defined"


def test_a_clean_notebook_has_none() -> None:
    assert found([("w = 1", 1), ("w + 1", 2)]) == ()
    assert found([("w = 1", None), ("w + 1", None)]) == ()


def test_a_name_of_a_deleted_cell() -> None:
    (notice,) = found([("x = 1", 1), ("w + x", 3)], {2: missing(2, "w")})
    assert (notice.code, notice.where) == ("left-over", "code cell 2")
    assert "'w', which no cell defines any more" in notice.message
    assert "a cell that you deleted or changed" in notice.message
    assert "Restart Kernel and Run All Cells" in notice.message


@pytest.mark.parametrize(
    "definition",
    [
        "w = 1", "w: int = 1", "for w in range(3): pass", "import w", "from a import b as w",
        "def w(): pass", "class w: pass", "with open('f') as w: pass", "(w := 1)",
        "def f():\n    global w\n    w = 1", "%matplotlib inline\nw = 1", "a, (b, *w) = 1, (2, 3)",
        "if a:\n    w = 1",
    ],
)  # fmt: skip
def test_a_name_that_a_later_cell_defines(definition: str) -> None:
    cells = [("x = 1", 1), ("w + x", 5), ("y = 1", 2), (definition, 4)]
    first, *_ = found(cells, {2: missing(2, "w")})
    assert first.code == "defined-later"
    assert "only code cell 4 defines, further down" in first.message


@pytest.mark.parametrize("definition", ["def f(w): pass", "[w for w in a]", "w", "w.a = 1", "(w"])
def test_what_defines_no_name_for_other_cells(definition: str) -> None:
    first, *_ = found([("w + 1", 2), (definition, 3)], {1: missing(1, "w")})
    assert first.code == "left-over"


def test_a_cell_that_defines_it_and_failed_is_told_by_its_own_message() -> None:
    failed = {1: "code cell 1, line 1: ModuleNotFoundError: no", 2: missing(2, "w")}
    assert found([("import w", 1), ("w + 1", 2)], failed) == ()


def test_a_cell_that_would_define_it_and_is_no_python() -> None:
    failed = {1: "code cell 1, line 1: SyntaxError: expected ':'", 2: missing(2, "w")}
    assert found([("def w(x)\n    return 2", 1), ("w(1)", 2)], failed) == ()


def test_a_misspelt_name_that_never_worked_is_no_state() -> None:
    assert found([("pritn(1)", 1)], {1: missing(1, "pritn")}, errors=[1]) == ()


def test_without_outputs_it_is_said_with_reserve() -> None:
    (notice,) = found([("w + 1", None)], {1: missing(1, "w")})
    assert "no cell defines. If this works for you" in notice.message


def test_a_function_that_a_test_calls() -> None:
    cells = [("def f(): return scale", 1)]
    (notice,) = found(cells, messages=[missing(1, "scale"), missing(1, "scale")])
    assert notice.where == "code cell 1"
    assert "'scale', which no cell defines. If this works for you" in notice.message
    assert found([*cells, ("scale = 2", 2)], messages=[missing(1, "scale")]) == ()


def test_a_function_that_a_cell_calls_too_early() -> None:
    cells = [("def f(): return scale", 1), ("f()", 4), ("scale = 1", 3)]
    first, *_ = found(cells, {2: missing(1, "scale")})
    assert (first.code, first.where) == ("defined-later", "code cell 1")


def test_of_hidden_tests_nothing_is_told() -> None:
    cells = [("def f(): return scale", 1)]
    told = found(cells, messages=[missing(1, "canary")], visibility=Visibility.HIDDEN)
    assert told == ()


def test_another_failure_after_another_order() -> None:
    failed = {2: "code cell 2, line 1: TypeError: 'int' object is not callable"}
    (notice,) = found([("f = 1", 1), ("f()", 7), ("y = 1", 9)], failed)
    assert "did not when the notebook was saved (as In [7])" in notice.message
    assert found([("f = 1", 1), ("f()", 2), ("y = 1", 3)], failed) == ()
    assert found([("f = 1", 1), ("f()", 7), ("y = 1", 9)], failed, errors=[2]) == ()
    assert found([("f = 1", 1), ("f()", None), ("y = 1", 9)], failed) == ()


@pytest.mark.parametrize("kind", ["ModuleNotFoundError", "FileNotFoundError", "URLError"])
def test_what_the_surroundings_lack_is_no_state(kind: str) -> None:
    assert found([("f()", 7)], {1: f"code cell 1, line 1: {kind}: no"}) == ()


def test_the_order_of_the_last_run() -> None:
    (notice,) = found([("a = 1", 5), ("b = 1", None), ("c = 1", 2), ("d = 1", 1)])
    assert notice.code == "run-order"
    assert "code cell 3 (In [2]) before code cell 1 (In [5])" in notice.message


def test_a_module_has_no_such_state() -> None:
    assert found([("w", 5), ("w", 1)], {1: missing(1, "w")}, kind="module") == ()


def test_a_notebook_that_was_not_run() -> None:
    assert leftovers(Submission(student="a", path="a.ipynb"), None) == ()
