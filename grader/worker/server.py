"""The worker's main loop: place files, run cells, then answer calls."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from grader.wire import Channel, ChannelClosed, Decoder, Frame, WireError
from grader.worker.calls import CallServer
from grader.worker.modules import load_module
from grader.worker.settings import Settings, enter
from grader.worker.streams import Events, replace_streams
from grader.worker.tracebacks import report

__all__ = ["Notebook", "WorkerServer", "serve_calls"]


class Notebook(Protocol):
    """What runs cells: the in-process shell, or a Jupyter kernel."""

    def run(self, source: str, number: int) -> dict[str, Any]:
        """Run one cell and return its outcome."""
        ...

    def serve(self) -> None:
        """Answer calls on the notebook's namespace until the grader is done."""
        ...


class WorkerServer:
    """Serves one submission, from its files to the last call.

    Args:
        channel: the connection to the grader.
        open_notebook: makes the notebook engine, given where events go and the rules.
    """

    def __init__(
        self, channel: Channel, open_notebook: Callable[[Events, Settings], Notebook]
    ) -> None:
        self._channel = channel
        self._open_notebook = open_notebook
        self._events: Events | None = None
        self._notebook: Notebook | None = None
        self._namespace: dict[str, Any] = {}

    def run(self) -> None:
        """Answer requests until the grader closes the connection."""
        while True:
            request = self._channel.receive()
            operation = request.header["op"]
            if operation == "serve":
                self._reply(request, {"ok": True})
                break
            handler: Callable[[Frame], dict[str, Any]] = getattr(self, f"_{operation}")
            self._reply(request, handler(request))
        if self._notebook is not None:
            self._notebook.serve()
        else:
            serve_calls(self._channel, self._namespace)

    def _reply(self, request: Frame, header: dict[str, Any]) -> None:
        self._channel.send({"id": request.header["id"], **header})

    def _prepare(self, request: Frame) -> dict[str, Any]:
        header = request.header
        settings = Settings(
            allowed=tuple(header["allowed"]),
            own=_place_files(Decoder(request.buffers).decode(header["files"])),
            seed=int(header["seed"]),
            processes=int(header["processes"]),
        )
        self._events = Events(self._channel.send, int(header["output_kb"]))
        if header["kind"] == "notebook":
            self._notebook = self._open_notebook(self._events, settings)
        else:
            enter(settings)
            replace_streams(self._events)
        return {"ok": True, "versions": _versions()}

    def _cell(self, request: Frame) -> dict[str, Any]:
        assert self._notebook is not None
        return self._notebook.run(request.header["source"], int(request.header["number"]))

    def _module(self, request: Frame) -> dict[str, Any]:
        outcome, self._namespace = load_module(request.header["entry"])
        return outcome


def serve_calls(channel: Channel, namespace: dict[str, Any]) -> None:
    """Answer calls on ``namespace`` until the grader closes the connection."""
    server = CallServer(namespace)
    while True:
        try:
            request = channel.receive()
        except ChannelClosed:
            return
        answer = server.answer(request)
        number = request.header["id"]
        try:
            channel.send({"id": number, **answer.header}, answer.buffers)
        except ChannelClosed:
            return
        except WireError as error:  # too large; nothing was sent
            channel.send({"id": number, "ok": False, "error": report(error)})


def _place_files(files: dict[str, bytes]) -> tuple[str, ...]:
    """Write the submission's files into the working folder; return its top-level names."""
    root = Path.cwd()
    for name, data in files.items():
        path = root / PurePosixPath(name)
        if not path.resolve().is_relative_to(root.resolve()):
            raise ValueError(f"{name} lies outside the working folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tuple({PurePosixPath(name).parts[0].removesuffix(".py") for name in files})


def _versions() -> dict[str, str]:
    """Versions of the libraries that are loaded, for the grade's record."""
    names = ("numpy", "torch", "tensorflow", "keras", "IPython", "pandas", "matplotlib")
    return {
        name: str(getattr(sys.modules[name], "__version__", ""))
        for name in names
        if name in sys.modules
    }
