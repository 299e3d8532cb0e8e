"""A worker's life: serve one submission on an inherited socket, then leave."""

from __future__ import annotations

import contextlib
import os
import socket
import sys

from grader.wire import Channel, ChannelClosed
from grader.worker.confinement.privileges import die_with_parent
from grader.worker.server import Notebook, WorkerServer, serve_calls
from grader.worker.settings import Settings, enter
from grader.worker.streams import Events

__all__ = ["main", "run_worker"]


def run_worker(descriptor: int, engine: str) -> None:
    """Serve until the grader closes the connection.

    Args:
        descriptor: the socket to the grader.
        engine: ``"shell"`` or ``"jupyter"``.
    """
    channel = Channel(socket.socket(fileno=descriptor))

    def open_notebook(events: Events, settings: Settings) -> Notebook:
        # Each engine loads libraries that the other does not need.
        if engine == "jupyter":
            from grader.worker.kernel import JupyterNotebook

            return JupyterNotebook(events, descriptor, settings)
        from grader.worker.shell import NotebookShell

        enter(settings)
        return NotebookShell(
            events,
            lambda namespace: serve_calls(channel, namespace),
            shell_lines=settings.processes > 0,
        )

    with contextlib.suppress(ChannelClosed):
        WorkerServer(channel, open_notebook).run()


def main() -> None:
    """Start a worker: ``python -m grader.worker DESCRIPTOR ENGINE``."""
    if sys.platform.startswith("linux"):
        die_with_parent()
    run_worker(int(sys.argv[1]), sys.argv[2])
    # Threads and exit handlers of the student's would only delay the end.
    os._exit(0)
