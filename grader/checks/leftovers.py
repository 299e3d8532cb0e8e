"""State that a notebook was saved with and that a run from the top does not have.

A notebook works on its author's machine by names that a cell left behind which was deleted,
changed, or run before those above it. Run from the top it fails, and the exception does not say
why. Here the notebook as it was saved is compared with its fresh run.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from grader.checks.imports import parsed
from grader.model import (
    Cell,
    CellKind,
    CellRun,
    CellStatus,
    Notice,
    Submission,
    Transcript,
    Verdict,
    Visibility,
)

__all__ = ["leftovers"]

_NAME_ERROR = re.compile(r"code cell (\d+), line \d+: NameError: name '(\w+)' is not defined")
_DEFINITION = re.compile(
    r"^\s*(?:def |class |import |from \w+ import )?(\w+)\s*(?:[(:]|=(?!=)|$)", re.M
)
# What fails here and not there for another reason: files, packages and services of the author's.
_SURROUNDINGS = re.compile(
    r": (?:\w*ImportError|ModuleNotFoundError|\w*OSError|FileNotFoundError|PermissionError|"
    r"StdinNotImplementedError|\w*ConnectionError|URLError|HTTPError|\w*Timeout\w*|MemoryError)\b"
)
_RERUN = "Choose Restart Kernel and Run All Cells, mend what fails, and save the notebook."


def leftovers(
    submission: Submission, transcript: Transcript | None, verdicts: Iterable[Verdict] = ()
) -> tuple[Notice, ...]:
    """Return what worked, when the notebook was saved, by state that is gone.

    Args:
        submission: the notebook as it was handed in; a module has no such state.
        transcript: its run from the top; None if it was not run.
        verdicts: of tests, which may call functions that need such a name. Of hidden ones nothing
            is told: a student's code could put what it was asked into its exceptions.
    """
    if transcript is None or submission.kind != "notebook":
        return ()
    cells = [cell for cell in submission.cells if cell.kind is CellKind.CODE]
    runs = [run for run in transcript.runs if run.kind is CellKind.CODE]
    if len(cells) != len(runs):
        return ()
    messages = [one.message for one in verdicts if one.visibility is Visibility.PUBLIC]
    notices = [*_missing_names(cells, runs, messages)]
    if not notices:
        notices = [*_other_failure(cells, runs)]
    if notices:
        last = notices[-1]
        notices[-1] = last.model_copy(update={"message": f"{last.message} {_RERUN}"})
    return (*notices, *_order(cells))


def _missing_names(
    cells: Sequence[Cell], runs: Sequence[CellRun], messages: Iterable[str]
) -> Iterator[Notice]:
    """Say where a name comes from that is not there; each name once."""
    told: set[str] = set()
    places = [(number, run.message) for number, run in enumerate(runs, start=1) if _failed(run)]
    places += [(len(cells) + 1, message) for message in messages]  # tests come after all cells
    bound: list[frozenset[str]] | None = None
    for at, message in places:
        for match in _NAME_ERROR.finditer(message):
            user, name = int(match[1]), match[2]
            if name in told or not 1 <= user <= len(cells):
                continue
            told.add(name)
            bound = bound or [_bound(cell.source) for cell in cells]
            definers = [number for number, names in enumerate(bound, start=1) if name in names]
            # The cell that was running; what a function does is not known from its own cell.
            witness = cells[at - 1] if at <= len(cells) else None
            if notice := _missing_name(name, user, at, definers, witness):
                yield notice


def _missing_name(
    name: str, user: int, at: int, definers: Sequence[int], witness: Cell | None
) -> Notice | None:
    """Explain one name.

    Args:
        name: which.
        user: the code cell whose line uses it.
        at: the code cell that was running; larger than any for a test.
        definers: the code cells that define it.
        witness: the cell that was running; None for a test.
    """
    where = f"code cell {user}"
    if any(number < at for number in definers):
        return None  # that cell failed itself, or deletes it: its own message tells
    later = [number for number in definers if number > at]
    if later:
        return Notice(
            code="defined-later",
            message=f"It uses {name!r}, which only code cell {later[0]} defines, further down. Run "
            "from the top, it does not exist yet: move that cell up.",
            where=where,
        )
    if definers or (witness is not None and witness.saved_error):
        return None
    if witness is not None and witness.saved_count is not None:
        return Notice(
            code="left-over",
            message=f"It uses {name!r}, which no cell defines any more. Before it was saved, this "
            f"ran: {name!r} came from a cell that you deleted or changed.",
            where=where,
        )
    return Notice(
        code="left-over",
        message=f"It uses {name!r}, which no cell defines. If this works for you, {name!r} came "
        "from a cell that you deleted or changed.",
        where=where,
    )


def _other_failure(cells: Sequence[Cell], runs: Sequence[CellRun]) -> Iterator[Notice]:
    """Name the first cell that fails now and did not when cells were run in another order."""
    failed = next((n for n, run in enumerate(runs) if run.status is not CellStatus.OK), None)
    if failed is None or runs[failed].status is not CellStatus.ERROR:
        return
    cell = cells[failed]
    counts = [cell.saved_count for cell in cells]
    in_one_go = counts == list(range(1, len(cells) + 1))
    if (
        cell.saved_count is None
        or cell.saved_error
        or in_one_go
        or _SURROUNDINGS.search(runs[failed].message)
    ):
        return
    yield Notice(
        code="left-over",
        message="It fails in a run from the top, and did not when the notebook was saved (as "
        f"In [{cell.saved_count}]): it depends on cells that were deleted, changed or run in "
        "another order.",
        where=f"code cell {failed + 1}",
    )


def _order(cells: Sequence[Cell]) -> Iterator[Notice]:
    """Say that the cells had been run in another order than they stand in."""
    counted = [(number, cell.saved_count) for number, cell in enumerate(cells, start=1)]
    known = [(number, count) for number, count in counted if count is not None]
    for (above, earlier), (below, later) in pairwise(known):
        if later < earlier:
            yield Notice(
                code="run-order",
                message="The cells had last been run in another order than they stand in: code "
                f"cell {below} (In [{later}]) before code cell {above} (In [{earlier}]). Here "
                "they were run from the top.",
            )
            return


def _failed(run: CellRun) -> bool:
    return run.status is CellStatus.ERROR


def _bound(source: str) -> frozenset[str]:
    """Return the names that a cell defines for those after it."""
    tree = parsed(source)
    if tree is None:  # it would, if it were Python
        return frozenset(_DEFINITION.findall(source))
    try:
        return frozenset(_global_names(symtable.symtable(ast.unparse(tree), "cell", "exec")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if (top or symbol.is_declared_global()) and (symbol.is_assigned() or symbol.is_imported()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _global_names(inner)
