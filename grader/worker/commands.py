"""Shell lines of a notebook: run, or refused with a notice.

What a student wrote for a laptop (``!pip install``) is no mistake, and must not cost the cell that
it stands in, where an assignment allows no child processes.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from IPython.utils.text import SList

__all__ = ["refuse_commands", "run_commands"]

_STATUS = 126  # what a POSIX shell returns for a command that cannot be executed
_NOTICE = "not run: this assignment allows no shell commands while grading"
_SHELLS = ("bash", "sh", "script", "perl", "ruby", "python2", "pypy")


def run_commands(shell: Any) -> None:
    """Let an IPython shell run ``!`` lines through pipes; a sandbox has no terminals for them."""

    def system(command: str) -> None:
        with subprocess.Popen(
            shell.var_expand(command, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="")
        shell.user_ns["_exit_code"] = process.returncode

    shell.system = shell.system_piped = system


def refuse_commands(shell: Any) -> None:
    """Let ``!`` lines and shell cells of an IPython shell print a notice and go on."""

    def system(command: str) -> None:
        print(f"{_NOTICE}: {command.strip()}", file=sys.stderr)
        shell.user_ns["_exit_code"] = _STATUS

    def output(command: str, *_: Any, **__: Any) -> SList:
        system(command)
        return SList()

    def cell(line: str, body: str) -> None:
        system(f"{line} {body}".strip().partition("\n")[0])

    shell.system = shell.system_raw = shell.system_piped = system
    shell.getoutput = output
    for name in _SHELLS:
        shell.register_magic_function(cell, "cell", name)
