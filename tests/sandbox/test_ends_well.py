"""A submission ends with everything that it made, whatever it did, and the grader goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from grader.errors import DeadlineExceeded, WorkerCrashed
from grader.model import Cell, CellKind, Level, Limits, Submission
from grader.sandbox import Host, offers

if TYPE_CHECKING:
    from conftest import Ends, OpenSandbox

OFFERED = [offer.level for offer in offers() if offer.available]
ATTACKS = (Path(__file__).parent / "isolation" / "attacks.py").read_text(encoding="utf-8")
# The promise is one second. Here only what is far from it fails: other programs may be running.
SLOW = 8.0
TIME = r"DeadlineExceeded: the call was (stopped after .* of computing|still not finished)"
WAITED = r"DeadlineExceeded: the call was still not finished"
MEMORY = r"StudentError: MemoryError|WorkerCrashed: .*memory"
REFUSED = r"StudentError: (BlockingIOError|PermissionError|OSError)"
FULL = r"StudentError: OSError: .*(No space left|File too large)|WorkerCrashed: .*memory"
CUT = r"value|DeadlineExceeded"
CONFINED = (Level.A, Level.B, Level.C)
NAMESPACES = (Level.A, Level.B)


class Attack(NamedTuple):
    """One attack, and what the grader says about it.

    Attributes:
        name: the function in isolation/attacks.py.
        told: what the outcome matches, "value: ..." where the call returns.
        processes: child processes that the submission may have.
        levels: where it is tried; elsewhere nothing is promised, or it could do harm.
        args: the function's arguments.
    """

    name: str
    told: str
    processes: int = 0
    levels: tuple[Level, ...] = tuple(Level)
    args: tuple[int, ...] = ()


CASES = [
    Attack("loop_in_python", TIME),
    Attack("loop_in_a_regular_expression", TIME),
    Attack("loop_in_c", TIME),
    Attack("loop_in_blas", TIME),
    Attack("loop_with_signals_ignored", TIME),
    Attack("sleep", WAITED),
    Attack("deadlock", WAITED),
    Attack("stop", WAITED),
    Attack("fork_bomb", TIME, levels=CONFINED),
    Attack("fork_bomb", f"{TIME}|{MEMORY}", 8, NAMESPACES),
    Attack("fork_chain", REFUSED, levels=CONFINED),
    Attack("fork_chain", "WorkerCrashed: .*exit code 0", 8, NAMESPACES),
    Attack("fork_once", REFUSED, 8, (Level.C,)),
    Attack("daemon", REFUSED, levels=CONFINED),
    Attack("daemon", "value: here", 8, (*NAMESPACES, Level.D)),
    Attack("stopped_child", "value: stopped", 8, (*NAMESPACES, Level.D)),
    Attack("thread_bomb", TIME, levels=CONFINED),
    Attack("thread_bomb", TIME, 8, NAMESPACES),
    Attack("become_another_program", REFUSED, levels=CONFINED),
    Attack("become_another_program", WAITED, 8, (*NAMESPACES, Level.D)),
    Attack("private_memory", MEMORY),
    Attack("one_huge_array", MEMORY),
    Attack("shared_memory", MEMORY),
    Attack("shared_memory_of_a_child", MEMORY + "|" + WAITED, 8, NAMESPACES),
    Attack("memory_files", "WorkerCrashed: .*memory", levels=(Level.A,)),
    Attack("memory_files", REFUSED, levels=(Level.B, Level.C)),
    Attack("working_folder", FULL, levels=NAMESPACES),
    Attack("working_folder", CUT, levels=(Level.C, Level.D)),
    Attack("shared_memory_files", FULL, levels=NAMESPACES),
    Attack("shared_memory_files", REFUSED, levels=(Level.C,)),
    Attack("system_v_memory", REFUSED, levels=CONFINED),
    Attack("two_gigabytes_in_a_file", FULL, levels=CONFINED),
    Attack("a_sparse_file", FULL, levels=CONFINED),
    Attack("deep_folders", "value: None"),
    Attack("two_hundred_megabytes_printed", CUT),
    Attack("two_hundred_megabytes_written", CUT),
    Attack("two_hundred_megabytes_from_c", CUT),
    Attack("endless_prints", TIME),
    Attack("endless_events", "WorkerCrashed: .*more output than"),
    Attack("endless_answers", "WorkerCrashed: .*an answer nobody asked for"),
    Attack("half_a_message", WAITED),
    Attack("a_message_of_gigabytes", "WorkerCrashed: .*a broken message"),
    Attack("leave", "WorkerCrashed: .*exit code 7"),
    Attack("leave_politely", "StudentError: SystemExit"),
    # The kernel protects process 1 of a namespace from its own signals.
    Attack("kill_itself", "value: None", levels=NAMESPACES),
    Attack("kill_itself", "WorkerCrashed: .*SIGKILL", levels=(Level.C, Level.D)),
    Attack("crash", "WorkerCrashed: .*a crash in compiled code"),
    Attack("abort", "WorkerCrashed: .*(SIGABRT|SIGSEGV)"),
    Attack("recurse_in_python", "StudentError: RecursionError"),
    Attack("recurse_in_c", "WorkerCrashed: .*too deep a recursion"),
    Attack("close_everything", "WorkerCrashed: the submission's process"),
    Attack("thread_that_never_ends", "value: None"),
    Attack("handler_that_never_ends", "value: None"),
    Attack("kill_others", r"value: \[", levels=NAMESPACES, args=(9,)),
    # Without a namespace nobody would survive a mistake here: signal 0 only asks.
    Attack("kill_others", r"value: \[\]", levels=(Level.C,), args=(0,)),
]


class Attacked(NamedTuple):
    """A submission made of attacks, running at one level."""

    host: Host
    ends: Ends

    def call(self, name: str, *args: int) -> str:
        """Call a function, and say what came of it."""
        header = {"op": "call", "name": name, "args": list(args)}
        try:
            answer = self.host.ask(header, (), "the call").header
        except (DeadlineExceeded, WorkerCrashed) as error:
            return f"{type(error).__name__}: {error.message}"
        if answer["ok"]:
            value = answer["value"]
            return f"value: {value['v'] if isinstance(value, dict) and 'v' in value else value}"
        error = answer["error"]
        return f"StudentError: {error['kind']}: {error['detail']}"


@pytest.fixture
def attacked(case: Attack, level: Level, open_sandbox: OpenSandbox) -> Iterator[Attacked]:
    sandbox = open_sandbox(level)
    host = Host(
        Submission(
            student="mallory", path="a.ipynb", cells=(Cell(kind=CellKind.CODE, source=ATTACKS),)
        ),
        limits=Limits(
            # What hogs memory needs CPU time to do so, more where others hog the machine.
            call_seconds=5.0 if case.told == MEMORY else 0.4,
            cell_seconds=20,
            wall_factor=5,
            memory_mb=192,
            disk_mb=48,
            output_kb=256,
            processes=case.processes,
        ),
        sandbox=sandbox,
    )
    assert [run.status for run in host.run().runs] == ["ok"]
    yield Attacked(host, sandbox)
    host.close()


@pytest.mark.parametrize(
    ("case", "level"),
    [
        pytest.param(case, level, id=f"{level}-{case.name}-{case.processes}")
        for case in CASES
        for level in case.levels
        if level in OFFERED
    ],
)
def test_nothing_is_left(case: Attack, level: Level, attacked: Attacked, record_property) -> None:
    host, ends = attacked
    host.begin(1)
    folder = Path(host.ask({"op": "call", "name": "place"}, (), "place").header["value"])
    outcome = attacked.call(case.name, *case.args)
    assert re.match(case.told, outcome), outcome
    # Whatever happened, the next test finds a working submission.
    host.begin(2)
    assert attacked.call("answer") == "value: 42"
    host.close()
    assert ends.left() == []
    if level in (Level.C, Level.D):
        assert not folder.exists()
    assert not Path("/dev/shm/grader-attack").exists()
    assert max(ends.seconds) < SLOW
    record_property("end", (level.value, f"{case.name}, {case.processes}", max(ends.seconds)))
