"""Hostile submissions: how they are declared, graded at every level, and counted.

One attack is one module ``submissions/<family>/<name>.py`` with these constants:

``ABOUT``
    one line: what it tries.
``CELLS``, or ``FILES`` and ``ENTRY``, or ``HANDED_IN``
    a notebook's code cells; or a module's files by name and which of them is imported; or the
    bytes of what is handed in by file name (a zip, an ``.ipynb``), to be read as any submission
    is. In texts ``@COURSE@``, ``@REPOSITORY@`` and ``@NURSERY@`` become the real paths,
    ``@GRADER@`` and ``@STARTER@`` the numbers of the processes that grade and that start
    workers: no attacker could guess better.
``HONEST``
    points that it deserves by test; what is not named deserves 0. ``base.HONEST`` if left out.
``LEVELS``
    levels of isolation that must stop it, ``"ABC"`` if left out; with D only where no isolation
    is needed.
``CHECK``
    a function of (grade, transcript) with further assertions; optional.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from grader.catalog import find_course
from grader.model import Assignment, Cell, CellKind, Grade, Level, Submission, Transcript
from grader.pipeline import Rules, grade_submission
from grader.sandbox import NurseryAddress, Sandbox, connect, offers, open_nursery
from grader.submission import Attempt, read

HERE = Path(__file__).resolve().parent
COURSE = HERE / "course"
SUBMISSIONS = HERE / "submissions"
ENVIRONMENT_CANARY = "canary-environment-e07f55"
SECRET = "canary-secret-2b81da"
_LEAKED = re.compile(r"canary-[a-z]+-[0-9a-f]{6}")
# What is gone within a second, and the grace of a machine that others use too.
_GONE_SECONDS = 10.0

collect_ignore = ["course", "submissions"]  # the course's own tests are for the grader to run


class Attack(NamedTuple):
    """One hostile submission, as its module declares it."""

    family: str
    name: str
    about: str
    cells: Sequence[str]
    files: Mapping[str, str | bytes]
    entry: str
    handed_in: Mapping[str, bytes]
    honest: Mapping[str, float]
    levels: str
    check: Callable[[Grade, Transcript | None], None] | None

    @property
    def id(self) -> str:
        """How reports call it: ``reading/proc``."""
        return f"{self.family}/{self.name}"

    def submission(
        self, folder: Path, assignment: Assignment, places: dict[str, str]
    ) -> Submission:
        """Return it as it reaches the grader; files are handed in by way of ``folder``."""
        if self.handed_in:
            for name, data in self.handed_in.items():
                (folder / name).write_bytes(data)
            only = folder / next(iter(self.handed_in))
            path = only if len(self.handed_in) == 1 else folder
            return read(Attempt(student="mallory", path=path), assignment=assignment)
        cells = [_filled(cell, places) for cell in self.cells]
        files = {
            name: data if isinstance(data, bytes) else _filled(data, places).encode()
            for name, data in self.files.items()
        }
        if self.entry:
            cells = [files[self.entry].decode()]
        return Submission(
            student="mallory",
            path=self.entry or "toolkit.ipynb",
            kind="module" if self.entry else "notebook",
            cells=tuple(Cell(kind=CellKind.CODE, source=cell) for cell in cells),
            files=files,
            entry=self.entry,
        )


def _filled(text: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(f"@{name}@", value)
    return text


def _load(path: Path) -> Any:
    name = f"hostile_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_attacks() -> list[Attack]:
    """Read every declared attack."""
    if str(SUBMISSIONS) not in sys.path:
        sys.path.insert(0, str(SUBMISSIONS))  # they build on `base`
    honest = _load(SUBMISSIONS / "base.py").HONEST
    attacks = []
    for path in sorted(SUBMISSIONS.glob("*/*.py")):
        module = vars(_load(path))
        attack = Attack(
            family=path.parent.name,
            name=path.stem,
            about=module["ABOUT"],
            cells=module.get("CELLS", ()),
            files=module.get("FILES", {}),
            entry=module.get("ENTRY", ""),
            handed_in=module.get("HANDED_IN", {}),
            honest=module.get("HONEST", honest),
            levels=module.get("LEVELS", "ABC"),
            check=module.get("CHECK"),
        )
        ways = sum(map(bool, (attack.cells, attack.entry, attack.handed_in)))
        assert ways == 1, f"{attack.id}: declare one of CELLS, ENTRY and HANDED_IN"
        attacks.append(attack)
    return attacks


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try every attack at every level that it concerns and that this machine offers."""
    if "attack" in metafunc.fixturenames:
        offered = [offer.level for offer in offers() if offer.available]
        pairs = [
            pytest.param(level, attack, id=f"{level}-{attack.id}")
            for level in offered
            for attack in load_attacks()
            if level in attack.levels
        ]
        metafunc.parametrize(("level", "attack"), pairs)


# --- grading --------------------------------------------------------------------------------


class Range:
    """A nursery of one level, with a connection to it: where attacks are let loose."""

    def __init__(self, address: NurseryAddress, sandbox: Sandbox, assignment: Assignment) -> None:
        self.level = address.level
        self.assignment = assignment
        self.sandbox = sandbox
        self.folder = address.folder
        self.places = {
            "COURSE": str(COURSE),
            "REPOSITORY": str(HERE.parents[1]),
            "NURSERY": address.folder or "/nowhere",
            "GRADER": str(os.getpid()),
            "STARTER": address.groups.rpartition("-")[2] or str(os.getppid()),
        }
        self._root = psutil.Process(int(self.places["STARTER"]) if address.groups else os.getpid())

    def grade(self, submission: Submission) -> tuple[Grade, Transcript | None]:
        """Grade with the course's secret and all tests."""
        graded = grade_submission(
            submission, self.assignment, Rules(secret=SECRET), sandbox=self.sandbox
        )
        return graded.grade, graded.transcript

    def leaks(self, text: str) -> list[str]:
        """Return the canaries that a text contains."""
        return _LEAKED.findall(text)

    def processes(self) -> set[int]:
        """Return the nursery's descendants: its zygotes, and the workers that still live."""
        return {process.pid for process in self._root.children(recursive=True)}

    def files(self) -> set[Path]:
        """Return everything in the nursery's folder, where boxes are made at level C."""
        return set(Path(self.folder).rglob("*")) if self.folder else set()

    def leftovers(self, processes: set[int], files: set[Path]) -> list[object]:
        """Return what is there that was not there before, after waiting for it to go."""
        until = time.monotonic() + _GONE_SECONDS
        while True:
            left = [*(self.processes() - processes), *(self.files() - files)]
            if not left or time.monotonic() > until:
                return left
            time.sleep(0.01)


@pytest.fixture(scope="session")
def toolkit() -> Assignment:
    """The assignment that every hostile submission is handed in for."""
    return find_course(COURSE).assignment("toolkit")


@pytest.fixture(scope="session")
def base() -> Any:
    """The module of the honest half, and of the whole."""
    return _load(SUBMISSIONS / "base.py")


@pytest.fixture(scope="session")
def attacks() -> list[Attack]:
    """Every declared attack."""
    return load_attacks()


@pytest.fixture(scope="session")
def innocent(base: Any) -> Submission:
    """A neighbour's submission, which solves everything."""
    return Submission(
        student="abel",
        path="toolkit.ipynb",
        cells=(Cell(kind=CellKind.CODE, source=base.EVERYTHING),),
    )


@pytest.fixture(scope="session")
def ranges(toolkit: Assignment, innocent: Submission) -> Iterator[Callable[[Level], Range]]:
    """Make the nursery of a level on first use; the zygote is warm, so that nothing is added."""
    made: dict[Level, Range] = {}
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("GRADER_SECRET", ENVIRONMENT_CANARY)

        def make(level: Level) -> Range:
            if level not in made:
                address = stack.enter_context(open_nursery(level))
                sandbox = stack.enter_context(connect(address))
                made[level] = Range(address, sandbox, toolkit)
                grade, _ = made[level].grade(innocent)
                assert grade.score == 100, grade
            return made[level]

        yield make


# --- counting -------------------------------------------------------------------------------


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Count the outcome of one attack for the table at the end."""

    def add(level: Level, family: str, **numbers: float) -> None:
        counted = {name: float(number) for name, number in numbers.items()}
        record_property("attack", (family, level.value, {"attacks": 1, **counted}))

    return add
