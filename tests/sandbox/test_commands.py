"""Child processes: what they print is shown; where there may be none, nothing is lost by trying."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from grader.model import CellStatus, Engine, Level

if TYPE_CHECKING:
    from conftest import MakeHost, Running

COMMANDS = {
    "shell line": "word = 'a shell'\n!echo from {word} 1>&2",
    "captured": "lines = !printf 'a\\nb'\nprint(list(lines))",
    "failing": "!exit 3\nprint('status', _exit_code)",
    "bash": "%%bash\necho one\necho two",
    "system": "import os\nprint('status', os.system('exit 0'))",
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'a child'])\nprint(flush=True)",
    "pool": (
        "import multiprocessing\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map(abs, [-1, -2]))"
    ),
}
SHOWN = {
    "shell line": "from a shell\n",
    "captured": "['a', 'b']\n",
    "failing": "status 3\n",
    "bash": "one\ntwo\n",
    "system": "status 0\n",
    "subprocess": "a child\n",
    "pool": "[1, 2]\n",
}


@pytest.fixture(scope="module")
def parent(make_parent: MakeHost) -> Running:
    return make_parent(*COMMANDS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_what_children_print_is_shown(parent: Running, name: str) -> None:
    number = list(COMMANDS).index(name) + 1
    run = parent.run(number)
    assert (run.message, run.status) == ("", CellStatus.OK)
    assert SHOWN[name] in parent.text(number)


# --- none allowed ---------------------------------------------------------------------------------

NOTICE = "not run: this assignment allows no shell commands while grading"
REFUSED = {
    "shell line": "!pip install numpy\nstatus = _exit_code",
    "magic": "%pip install numpy",
    "bash": "%%bash\necho one",
    "captured": "lines = !ls\nassert lines == [] and lines.n == ''",
}


@pytest.fixture(scope="module", params=["assignment", "level"])
def childless(request: pytest.FixtureRequest) -> Iterator[MakeHost]:
    """Make hosts where an assignment, or the level alone, allows no processes."""


def test_a_refused_command_gives_a_notice_and_costs_nothing() -> None:
    raise NotImplementedError
