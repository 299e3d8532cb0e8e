"""What the contract suite runs on: submissions in real workers, and a small client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from grader.model import Cell, CellKind, CellRun, Engine, Limits, Submission, Transcript
from grader.sandbox import Host, student_error
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


@pytest.fixture(scope="module", params=list(Engine))
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


@pytest.fixture(scope="module")
def make_host(engine: Engine) -> Iterator[MakeHost]:
    """Run cells, or ``module="its source"``, in a worker; close all workers at the end."""
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
            engine=engine,
            limits=Limits(
                **{"cell_seconds": 20, "call_seconds": 10, "wall_factor": 9, "processes": 16}
                | limits
            ),
            allowed_imports=allowed,
            seed=seed,
        )
        hosts.append(host)
        transcript = host.run()
        host.begin(1)
        return Running(host, transcript)

    yield make
    for host in hosts:
        host.close()
