"""What the contract suite runs on: submissions in real workers, and a small client."""

from __future__ import annotations

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from grader.model import Cell, CellKind, CellRun, Engine, Level, Limits, Submission, Transcript
from grader.sandbox import (
    Demands,
    Host,
    NurseryAddress,
    Sandbox,
    connect,
    offers,
    open_nursery,
    student_error,
)
from grader.sandbox.cgroup import cgroup_trees
from grader.sandbox.process import Process
from grader.wire import Decoder, Encoder, Reference


class Remote(Reference):
    """An object that stayed in the worker."""

    __slots__ = ("is_callable", "type")

    def __init__(self, number: int, kind: str, is_callable: bool) -> None:
        super().__init__(number)
        self.type = kind
        self.is_callable = is_callable


class Running(NamedTuple):
    """A submission after its cells were run: what happened, and somebody to ask."""

    host: Host
    transcript: Transcript

    def run(self, number: int) -> CellRun:
        """Return code cell ``number``, counted from 1."""
        return self.transcript.runs[number - 1]

    def outputs(self, number: int, kind: str) -> list[dict[str, Any]]:
        """Return the outputs of code cell ``number`` that are of this kind."""
        return [out for out in self.run(number).outputs if out["output_type"] == kind]

    def text(self, number: int, name: str = "stdout") -> str:
        """Return what code cell ``number`` printed."""
        return "".join(o["text"] for o in self.outputs(number, "stream") if o["name"] == name)

    def call(self, target: str | Reference, *args: object, **kwargs: object) -> Any:
        return self.ask("call", target, args=list(args), kwargs=kwargs)

    def ask(self, operation: str, target: object = None, **fields: Any) -> Any:
        """Ask for one operation on a global name or a remote object."""
        encoder = Encoder()
        header: dict[str, Any] = {"op": operation}
        if isinstance(target, str):
            header["name"] = target
        elif target is not None:
            header["target"] = encoder.encode(target)
        for name, value in fields.items():
            match name, value:
                case "attribute", _:
                    header[name] = value
                case (("args" | "targets"), list()):
                    header[name] = [encoder.encode(part) for part in value]
                case "kwargs", dict():
                    header[name] = {key: encoder.encode(part) for key, part in value.items()}
                case _:
                    header[name] = encoder.encode(value)
        answer = self.host.ask(header, encoder.buffers, "the call")
        if "error" in answer.header:
            raise student_error(answer.header["error"])
        if "missing" in answer.header:
            raise NameError(answer.header["missing"], *answer.header["close"])
        return Decoder(answer.buffers, handle=Remote).decode(answer.header["value"])

    def number(self, target: str) -> int:
        """Return the number under which the worker remembers a global value."""
        answer = self.host.ask({"op": "get", "name": target}, (), "the number")
        return int(answer.header["value"]["r"])


MakeHost = Callable[..., Running]
USUAL = {"cell_seconds": 20, "call_seconds": 10, "wall_factor": 9, "processes": 16}


class Place(NamedTuple):
    """Where a submission runs: with which engine, at which level of isolation."""

    engine: Engine
    level: Level

    def __str__(self) -> str:
        return f"{self.engine}-{self.level}"


OFFERED = [offer.level for offer in offers() if offer.available]
SHELLS = [Place(Engine.SHELL, level) for level in OFFERED]
# A kernel is a second process: at the best level with namespaces, and without any isolation.
KERNELS = [Place(Engine.JUPYTER, level) for level in OFFERED if level in (Level.A, Level.B)][:1]
KERNELS.append(Place(Engine.JUPYTER, Level.D))


@contextlib.contextmanager
def hosting(place: Place, address: NurseryAddress) -> Iterator[MakeHost]:
    """Run cells, or ``module="its source"``, in workers; close them all at the end."""
    hosts: list[Host] = []

    def make(
        *cells: str,
        module: str | None = None,
        files: dict[str, bytes] | None = None,
        allowed: tuple[str, ...] = (),
        seed: int = 0,
        **limits: Any,
    ) -> Running:
        sources = cells if module is None else (module,)
        every = dict(files or {}) | ({"task.py": module.encode()} if module is not None else {})
        host = Host(
            Submission(
                student="ada",
                path="task.ipynb",
                kind="notebook" if module is None else "module",
                cells=tuple(Cell(kind=CellKind.CODE, source=source) for source in sources),
                files=every,
                entry="" if module is None else "task.py",
            ),
            engine=place.engine,
            limits=Limits(**USUAL | limits),
            allowed_imports=allowed,
            seed=seed,
            sandbox=sandbox,
        )
        hosts.append(host)
        transcript = host.run()
        host.begin(1)
        return Running(host, transcript)

    with connect(address) as sandbox:
        yield make
        for host in hosts:
            host.close()


Nursery = Callable[[Level], NurseryAddress]


def hosts_at(name: str, places: list[Place], doc: str, **limits: int) -> Any:
    """Return a fixture that makes hosts at each of these places, under these limits."""

    @pytest.fixture(scope="module", name=name, params=places, ids=str)
    def fixture(request: pytest.FixtureRequest, nursery: Nursery) -> Iterator[MakeHost]:
        with hosting(request.param, nursery(request.param.level)) as make:
            yield functools.partial(make, **limits)

    fixture.__doc__ = doc
    return fixture


make_host = hosts_at("make_host", SHELLS + KERNELS, "Make hosts at every place.")
make_shell = hosts_at("make_shell", SHELLS, "Make hosts at every level: what a level could change.")
make_pair = hosts_at(
    "make_pair",
    [SHELLS[0], SHELLS[-1]],
    "Make hosts in a fork and in a new process: for what depends on no more than that.",
)
make_parent = hosts_at(
    "make_parent",
    [place for place in SHELLS + KERNELS if place.level is not Level.C],
    "Make hosts wherever a submission may have child processes.",
)
make_childless = hosts_at(
    "make_childless",
    SHELLS + KERNELS[-1:],
    "Make hosts of an assignment that allows no child processes.",
    processes=0,
)
make_confined = hosts_at(
    "make_confined",
    [place for place in SHELLS if place.level is not Level.D],
    "Make hosts where the level sees to it that there are none.",
    processes=0,
)


@pytest.fixture(autouse=True)
def _told_level(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """Remember at which level a test of the contract ran."""
    parameters = getattr(request.node, "callspec", None)
    for value in parameters.params.values() if parameters else ():
        if isinstance(value, Place):
            record_property("isolation level", value.level.value)


class Ends:
    """Measures how long workers take to be gone, and finds what is left of them.

    Attributes:
        seconds: for every worker that was ended, from the decision until nothing was left.
    """

    def __init__(self, sandbox: Sandbox, address: NurseryAddress) -> None:
        self._sandbox = sandbox
        self._address = address
        # Workers and all that they start are descendants of the nursery, or at level D of us.
        owner = int(address.groups.rpartition("-")[2]) if address.groups else os.getpid()
        self._owner = psutil.Process(owner)
        self._before = self._descendants()
        self.level = address.level
        self.seconds: list[float] = []

    def start(self, demands: Demands) -> Process:
        """Start a process as the sandbox does, and measure its end."""
        process = self._sandbox.start(demands)
        end = process.end

        def measured_end() -> None:
            began = time.monotonic()
            end()
            while self.left() and time.monotonic() - began < 20:
                time.sleep(0.002)
            self.seconds.append(time.monotonic() - began)

        process.end = measured_end
        return process

    def left(self) -> list[str]:
        """Name the processes, control groups and folders that there are now."""
        left = [f"process {process.pid}" for process in self._descendants() - self._before]
        if self._address.groups:
            groups = (tree / self._address.groups for tree in cgroup_trees())
            left += [str(inner) for group in groups for inner in group.glob("*/")]
            left += [str(box) for box in (Path(self._address.folder) / "boxes").iterdir()]
        return left

    def _descendants(self) -> set[psutil.Process]:
        return set(self._owner.children(recursive=True))


OpenSandbox = Callable[..., Ends]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Start a level's nursery when it is first asked for, and keep it for all tests."""
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda level: stack.enter_context(open_nursery(level)))


@pytest.fixture
def open_sandbox(
    nursery: Nursery, record_property: Callable[[str, object], None]
) -> Iterator[OpenSandbox]:
    """Open a sandbox of a level, for workers with an import rule; their ends are measured."""
    with contextlib.ExitStack() as stack:

        def open_(level: Level, allowed: tuple[str, ...] = ()) -> Ends:
            record_property("isolation level", level.value)
            address = nursery(level)
            sandbox = stack.enter_context(connect(address))
            if address.folder:  # so that the zygote is there already, and no worker's doing
                sandbox.start(Demands(Engine.SHELL, Limits(), allowed=allowed)).end()
            return Ends(sandbox, address)

        yield open_
