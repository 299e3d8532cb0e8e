"""The second notebook engine: nbclient and a real Jupyter kernel.

The worker process supervises: nbclient starts the kernel and runs the cells in it, and what they
show is forwarded. After the last cell the kernel itself, which inherited the grader's socket,
answers the calls, because that is where the student's objects are.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from grader.wire import Channel
from grader.worker.commands import refuse_commands, run_commands
from grader.worker.server import serve_calls
from grader.worker.settings import SIGNALLED, Settings, enter
from grader.worker.shell import NO_EXIT, no_input
from grader.worker.streams import Events
from grader.worker.tracebacks import CELL_FILENAME, report

__all__ = ["JupyterNotebook", "describe_error", "enter_kernel", "serve_kernel"]

_FORWARDED = frozenset(
    ("stream", "display_data", "execute_result", "update_display_data", "error", "clear_output")
)
# IPython puts the working folder first; a student's numpy.py must not stand in for numpy.
_SAFE_PATH = "import sys; sys.path[:] = filter(None, sys.path); del sys; "
_ENTER = (
    _SAFE_PATH
    + "from grader.worker.kernel import enter_kernel as _enter; _enter({settings}); del _enter"
)
_DESCRIBE = "from grader.worker.kernel import describe_error as _describe; _describe()"
_SERVE = "from grader.worker.kernel import serve_kernel as _serve; _serve({descriptor})"


class JupyterNotebook:
    """Runs cells in a kernel of its own.

    Args:
        events: where outputs go.
        descriptor: the grader's socket, which the kernel inherits.
        settings: the rules that the kernel is told from inside.
    """

    def __init__(self, events: Events, descriptor: int, settings: Settings) -> None:
        self._descriptor = descriptor
        self._client = _ForwardingClient(
            nbformat.v4.new_notebook(),
            # Files instead of ports: a sandbox has no network.
            km=AsyncKernelManager(kernel_name="python3", transport="ipc"),
            timeout=None,
            allow_errors=True,
        )
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(
            # The kernel forwards what is printed; its own output would come a second time.
            self._client.setup_kernel(
                pass_fds=(descriptor,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        self._hidden(_ENTER.format(settings=repr(tuple(settings))))
        self._client.events = events
        self._events = events

    def run(self, source: str, number: int) -> dict[str, Any]:
        """Run one cell; see :meth:`grader.worker.shell.NotebookShell.run`."""
        self._events.start_cell()
        cell = self._execute(source or "pass", store_history=True)
        if not any(output.output_type == "error" for output in cell.outputs):
            return {"ok": True, "error": None}
        self._client.events = None
        described = self._hidden(_DESCRIBE)
        self._client.events = self._events
        text = "".join(output.text for output in described if output.output_type == "stream")
        return {"ok": False, "error": json.loads(text)}

    def serve(self) -> None:
        """Hand the connection to the kernel, and wait until it is done."""
        self._client.events = None  # from here on only the kernel writes to the connection
        self._hidden(_SERVE.format(descriptor=self._descriptor))

    def _hidden(self, source: str) -> list[Any]:
        """Run a line of our own, which must not fail."""
        outputs: list[Any] = self._execute(source).outputs
        for output in outputs:
            if output.output_type == "error":
                raise RuntimeError(f"{output.ename}: {output.evalue}")
        return outputs

    def _execute(self, source: str, *, store_history: bool = False) -> Any:
        cell = nbformat.v4.new_code_cell(source)
        self._client.nb.cells.append(cell)
        try:
            return self._client.execute_cell(
                cell, len(self._client.nb.cells) - 1, store_history=store_history
            )
        except DeadKernelError:
            # The kernel is the submission's process: when it dies, so does this worker. It ends
            # as shells tell it, since process 1 of a namespace cannot end itself by a signal.
            code = self._client.km.provisioner.process.returncode
            os._exit(code if code >= 0 else SIGNALLED - code)


class _ForwardingClient(NotebookClient):
    """nbclient, telling somebody else about every output as it arrives."""

    events: Events | None = None

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        kind, content = msg["msg_type"], msg["content"]
        if self.events is not None and kind in _FORWARDED:
            if kind == "stream":
                self.events.stream(content["name"], content["text"])
            elif kind == "error":
                self.events.error(content["ename"], content["evalue"], content["traceback"])
            else:
                fields = {name: content[name] for name in _fields(kind) if name in content}
                display = (content.get("transient") or {}).get("display_id")
                self.events.output(kind, **fields, **({"display_id": display} if display else {}))
        return super().process_message(msg, cell, cell_index)


def _fields(kind: str) -> Iterable[str]:
    return ("wait",) if kind == "clear_output" else ("data", "metadata")


def enter_kernel(settings: tuple[Any, ...]) -> None:
    """Prepare a fresh kernel, from inside it, as the in-process shell is prepared."""
    shell = _shell()
    rules = Settings(*settings)
    enter(rules)
    (run_commands if rules.processes else refuse_commands)(shell)
    shell.ask_exit = lambda: print(NO_EXIT, end="", file=sys.stderr)
    shell.kernel.raw_input = no_input
    builtins.input = no_input
    shell.compile.get_code_name = _code_name


def describe_error() -> None:
    """Print the last cell's exception as JSON."""
    print(json.dumps(report(sys.last_value or RuntimeError("the error was lost"))))


def serve_kernel(descriptor: int) -> None:
    """Answer the grader's calls on the kernel's namespace, then end the kernel."""
    serve_calls(Channel(socket.socket(fileno=descriptor)), _shell().user_ns)
    os._exit(0)


def _code_name(raw_code: str, transformed_code: str, number: int) -> str:
    return CELL_FILENAME.format(number=number)


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()
