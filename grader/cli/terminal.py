"""What all commands print alike: consoles, numbers, untrusted text, errors."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from grader.errors import GraderError
from grader.plaintext import plain
from grader.points import number

__all__ = ["console", "errors_to", "number", "plain"]

_PIPE_WIDTH = 120  # where nobody's window tells; a log or a file is seldom narrower


def console(*, stderr: bool = False) -> Console:
    """Return a console; made when needed, so that redirected output is respected."""
    made = Console(stderr=stderr, highlight=False, emoji=False, markup=False)
    if not made.is_terminal and not os.environ.get("COLUMNS"):
        made.width = _PIPE_WIDTH
    return made


def errors_to(stream: TextIO, error: GraderError) -> None:
    """Print a problem: where, what, and what to do."""
    output = Console(file=stream, highlight=False, emoji=False, markup=False)
    where = f"{plain(error.where)}: " if error.where else ""
    head = Text.assemble(("error", "bold red"), f" {where}{plain(error.message)}")
    if output.is_terminal:
        output.print(head)
        output.print(Padding(Text(plain(error.remedy), "dim"), (0, 0, 0, 6)))
        return
    output.print(head, soft_wrap=True)
    if error.remedy:
        output.print(f"      {plain(error.remedy)}", soft_wrap=True)
