"""Child processes: what they print is shown; where there may be none, nothing is lost by trying."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from grader.model import CellStatus

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
    "shell line": "!pip install numpy\nassert _exit_code == 126",
    "magic": "%pip install numpy",
    "bash": "%%bash\necho one",
    "captured": "lines = !ls\nassert lines == [] and lines.n == ''",
}
# Code that asks the system itself meets an ordinary exception, with which it may deal.
BLOCKED = {
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'a child'])",
    "fork": "import os\nos.fork()",
    "program": "import os\nos.execv('/bin/true', ['true'])",
    "pool": "import multiprocessing\nmultiprocessing.get_context('fork').Pool(2)",
}
LOADER = """import torch
from torch.utils.data import DataLoader
loader = DataLoader(torch.arange(6), batch_size=2, num_workers=2, persistent_workers=True)
print([batch.tolist() for batch in loader])"""
AFTER = "import os\nprint('joblib', os.environ['JOBLIB_MULTIPROCESSING'])"


@pytest.fixture(scope="module")
def childless(make_childless: MakeHost) -> Running:
    return make_childless(*REFUSED.values(), AFTER)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_command_leaves_a_notice_and_costs_nothing(childless: Running, name: str) -> None:
    number = list(REFUSED).index(name) + 1
    run = childless.run(number)
    assert (run.message, run.status) == ("", CellStatus.OK)
    assert childless.text(number, "stderr").startswith(f"{NOTICE}: ")


def test_joblib_is_told_to_use_one_process(childless: Running) -> None:
    assert childless.text(len(REFUSED) + 1) == "joblib 0\n"


@pytest.fixture(scope="module")
def blocked(make_confined: MakeHost) -> Running:
    return make_confined(*BLOCKED.values(), AFTER)


@pytest.mark.parametrize("name", BLOCKED)
def test_a_blocked_process_is_an_ordinary_exception(blocked: Running, name: str) -> None:
    run = blocked.run(list(BLOCKED).index(name) + 1)
    assert run.status is CellStatus.ERROR
    assert re.search(r"(BlockingIOError|PermissionError): \[Errno", run.message)


def test_what_comes_after_it_runs(blocked: Running) -> None:
    assert blocked.run(len(BLOCKED) + 1).status is CellStatus.OK


def test_a_loader_with_workers_does_without(make_confined: MakeHost) -> None:
    pytest.importorskip("torch")
    running = make_confined(LOADER, call_seconds=60)
    assert running.run(1).message == ""
    assert running.text(1) == "[[0, 1], [2, 3], [4, 5]]\n"
    assert "num_workers=0 is used: no child processes" in running.text(1, "stderr")
