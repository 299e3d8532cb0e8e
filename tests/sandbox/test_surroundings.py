"""Other surroundings than these: an ordinary user's, and a container that refuses namespaces.

Grading works there, and what a submission can rely on holds there: the contract suite passes.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.model import Level
from grader.sandbox import offers

HERE = Path(__file__).parent
CONTRACT = [
    HERE / f"test_{name}.py"
    for name in ("contract", "deaths", "rules", "protocol", "commands", "lifetime")
]
SECONDS = 600
B_IS_OFFERED = any(offer.available for offer in offers() if offer.level is Level.B)
# Of the contract suite, in each surroundings: what runs there, and the levels that it names. That
# loading frameworks takes seconds, and level D has nothing to refuse, keeps this short.
PLACES = {
    "user": (
        "test_contract.py and not jupyter-D or shell-B or shell-C and not frameworks",
        "B C D" if B_IS_OFFERED else "C D",
    ),
    "docker": ("shell-C and not frameworks or test_contract.py and shell-D", "C D"),
}


class Command(NamedTuple):
    """A command in surroundings of its own, with a folder that only it uses."""

    process: subprocess.Popen[str]
    folder: Path

    def output(self) -> str:
        """Wait for its end and return what it printed; it must succeed, and leave no file."""
        output, errors = self.process.communicate(timeout=SECONDS)
        assert self.process.returncode == 0, output + errors
        assert list((self.folder / "tmp").iterdir()) == []
        return output


Start = Callable[..., Command]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Start commands of Python in surroundings of their own; end them all at the end."""
    with contextlib.ExitStack() as stack:

        def start_(surroundings: str, *command: object) -> Command:
            # Not pytest's: the user may not enter that, and its path is too long for a socket.
            temporary = tempfile.TemporaryDirectory(prefix="in-", ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(temporary))
            folder.chmod(0o755)
            script = HERE / "isolation" / "surroundings.py"
            words = [script, surroundings, folder, sys.executable, *command]
            process = subprocess.Popen(
                [sys.executable, *map(str, words)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return Command(process, folder)

        yield start_


def report(start: Start, surroundings: str) -> dict[str, Any]:
    """Run isolation/report.py in surroundings of its own."""
    told: dict[str, Any] = json.loads(
        start(surroundings, HERE / "isolation" / "report.py").output()
    )
    return told


def used(level: str) -> dict[str, object]:
    """Return what a level's submission is to answer."""
    unreadable = "PermissionError" if level == "C" else "FileNotFoundError"
    return {"answer": 6, "fork": "BlockingIOError", "read": unreadable, "left": False}


def test_level_c_in_a_container(start: Start) -> None:
    told = report(start, "docker")
    for level in ("A", "B"):
        available, missing = told["offers"][level]
        assert not available
        assert "Operation not permitted" in missing
    assert told["best"] == "C"
    assert told["used"] == {"C": used("C")}


def test_levels_b_and_c_for_an_ordinary_user(start: Start) -> None:
    told = report(start, "user")
    assert told["user"] != 0
    assert not told["offers"]["A"][0]
    assert told["best"] == ("B" if B_IS_OFFERED else "C")
    assert told["used"] == {level: used(level) for level in told["used"]}
    assert set(told["used"]) == ({"B", "C"} if B_IS_OFFERED else {"C"})


@pytest.fixture(scope="module")
def contract(start: Start) -> dict[str, Command]:
    """Start the contract suite in each surroundings, all at the same time."""
    return {
        name: start(name, "-m", "pytest", "-q", "-k", where, *CONTRACT)
        for name, (where, _) in PLACES.items()
    }


@pytest.mark.parametrize("surroundings", PLACES)
def test_the_contract_holds(contract: dict[str, Command], surroundings: str) -> None:
    output = contract[surroundings].output()
    assert re.search(r"^\d+ passed(, \d+ deselected)? in ", output, re.MULTILINE), output
    _, levels = PLACES[surroundings]
    assert f"\nisolation levels tested: {levels}\n" in output
