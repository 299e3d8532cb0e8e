"""The live Python session: its names, the places of its cells, and showing something in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from grader.sandbox import LocalHost
from grader.wire import Frame

__all__ = ["LiveHost", "Showable", "in_notebook", "namespace", "show", "show_once"]

_WORKERS_CELL = re.compile(r"code cell (\d+)")


class Showable(Protocol):
    """What can be shown as text and as HTML, and knows in which cell it was."""

    shown_in: int | None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return its forms by MIME type."""
        ...


class LiveHost(LocalHost):
    """The names of this session behind the codec; places are called as Jupyter calls them."""

    def __init__(self) -> None:
        super().__init__(namespace())

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Answer a request here.

        Raises:
            KeyboardInterrupt: somebody interrupts the student's code; that is for the check too.
        """
        answer = super().ask(header, buffers, what)
        error = answer.header.get("error")
        if error is None:
            return answer
        if error["kind"] == "KeyboardInterrupt":
            raise KeyboardInterrupt
        told = {**error, "where": _place(error["where"])}
        return Frame({**answer.header, "error": told}, answer.buffers)


def namespace() -> dict[str, Any]:
    """Return the names that the notebook, or the program that was started, has defined."""
    shell = _shell()
    names: dict[str, Any] = vars(sys.modules["__main__"]) if shell is None else shell.user_ns
    return names


def in_notebook() -> bool:
    """Tell whether cells are run here, and not a program."""
    return _shell() is not None


def show(result: Showable) -> None:
    """Show a result now: in a notebook below the cell, in a program as text.

    Where Python itself prints the value of what is typed, that is left to it.
    """
    shell = _shell()
    if shell is not None:
        result.shown_in = shell.execution_count
        shell.display_pub.publish(result._repr_mimebundle_())
    elif not hasattr(sys, "ps1"):
        print(result)


def show_once(result: Showable) -> None:
    """Show a result where it is the value of a cell, unless this same cell has shown it."""
    shell = _shell()
    if shell is None or result.shown_in != shell.execution_count:
        show(result)


def _shell() -> Any:
    """Return IPython's shell, or None where there is none."""
    interactive = sys.modules.get("IPython")
    return interactive.get_ipython() if interactive is not None else None


def _place(where: str) -> str:
    """Name a cell by its number in the margin, instead of the file that Jupyter makes of it."""
    name, comma, line = where.partition(", line ")
    shell = _shell()
    files = {} if shell is None else getattr(shell.compile, "_filename_map", {})
    numbers = {Path(file).name: number for file, number in files.items()}
    number = numbers.get(name)
    if number is None and (known := _WORKERS_CELL.fullmatch(name)):
        number = int(known[1])
    return where if number is None else f"In [{number}]{comma}{line}"
