"""An IPython shell in the worker's own process that runs notebook cells.

It behaves as Jupyter's does where a student would notice: magics, ``!`` lines, top-level
``await``, rich displays, inline figures. No kernel, no sockets: a cell costs what its code costs.
"""

from __future__ import annotations

import base64
import builtins
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets.config import Config

from grader.worker.commands import refuse_commands, run_commands
from grader.worker.streams import Events, flush_streams, replace_streams
from grader.worker.tracebacks import CELL_FILENAME, report

__all__ = ["NO_EXIT", "NotebookShell", "no_input", "warm_shell"]

_NO_INPUT = (
    "input() cannot be answered while grading: nobody is there to type. Give the value in the "
    "code, or as a function's argument"
)
_WARM_CELLS = (
    "1 + 1",
    "1 / 0",
    "import matplotlib.pyplot as plt\n"
    "plt.plot([0, 1], label='a'); plt.title('t'); plt.xlabel('x'); plt.legend(); plt.show()\n"
    "plt.close('all')",
)
NO_EXIT = "exit() and quit() are ignored while grading; the following cells still run.\n"


class _Displays(DisplayPublisher):
    """Sends what ``display`` shows."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        flush_streams()
        self.shell.outlet.output(
            "update_display_data" if update else "display_data",
            data=_mime_bundle(data),
            metadata=metadata or {},
            display_id=(transient or {}).get("display_id"),
        )

    def clear_output(self, wait: bool = False) -> None:
        flush_streams()
        self.shell.outlet.output("clear_output", wait=bool(wait))


class _Results(DisplayHook):
    """Sends the value of a cell's last expression."""

    _pending: tuple[dict[str, Any], dict[str, Any]] | None = None

    def start_displayhook(self) -> None:
        pass

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        self._pending = (format_dict, md_dict or {})

    def finish_displayhook(self) -> None:
        flush_streams()
        if self._pending is not None and self._pending[0]:
            data, metadata = self._pending
            self.shell.outlet.output("execute_result", data=_mime_bundle(data), metadata=metadata)
        self._pending = None


class ZMQInteractiveShell(InteractiveShell):
    """The shell. Its name is Jupyter's, because rich, tqdm and Keras look for exactly that."""

    outlet = AnyTrait()
    displayhook_class = _Results
    display_pub_class = _Displays

    def init_io(self) -> None:
        pass

    def init_sys_path(self) -> None:
        # not the working folder first: a student's numpy.py must not stand in for numpy
        pass

    def init_history(self) -> None:
        # no database: a history file would outlive the submission
        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def ask_exit(self) -> None:
        self.outlet.stream("stderr", NO_EXIT)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        flush_streams()
        self.outlet.error(etype.__name__, str(evalue), [str(line) for line in stb])


class NotebookShell:
    """Runs cells one by one and keeps their namespace.

    Args:
        events: where outputs go.
        serve: answers calls on a namespace until the grader is done.
        shell_lines: run ``!`` lines; with False they print a notice.
    """

    def __init__(
        self,
        events: Events,
        serve: Callable[[dict[str, Any]], None],
        *,
        shell_lines: bool = True,
    ) -> None:
        self._events = events
        self._serve = serve
        replace_streams(events)
        self._shell = _open_shell()
        self._shell.outlet = events
        self._number = 0
        self._shell.compile.get_code_name = self._code_name
        builtins.input = no_input
        self._shell.raw_input = no_input
        (run_commands if shell_lines else refuse_commands)(self._shell)

    def run(self, source: str, number: int) -> dict[str, Any]:
        """Run one cell.

        Args:
            source: the cell's text, magics and all.
            number: its position among the notebook's code cells, from 1.

        Returns:
            ``{"ok": bool, "error": description or None}``.
        """
        self._number = number
        self._shell.execution_count = number
        self._events.start_cell()
        try:
            result = self._shell.run_cell(source, store_history=True, silent=False)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:  # by what the student hooked into the shell itself
            error = raised
        flush_streams()
        return {"ok": error is None, "error": None if error is None else report(error)}

    def serve(self) -> None:
        """Answer calls on the notebook's names until the grader is done."""
        self._serve(self._shell.user_ns)

    def _code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return CELL_FILENAME.format(number=self._number)


def warm_shell() -> None:
    """Build the shell, and run what the first cells of any notebook would be slow at.

    A process that is forked from here on finds the shell ready and empty.
    """
    streams = sys.stdout, sys.stderr
    silence = Events(lambda _: None, kilobytes=1024)
    notebook = NotebookShell(silence, lambda _: None)
    for number, source in enumerate(_WARM_CELLS, start=1):
        notebook.run(source, number)
    notebook._shell.reset(new_session=True)
    sys.stdout, sys.stderr = streams
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        sys.__dict__.pop(name, None)


def _open_shell() -> ZMQInteractiveShell:
    """Return the process's shell, new or warm."""
    if ZMQInteractiveShell.initialized():
        warm: ZMQInteractiveShell = ZMQInteractiveShell.instance()
        return warm
    config = Config()
    config.IPKernelApp.parent_appname = "ipython"  # tqdm.autonotebook looks for it
    config.InteractiveShell.colors = "nocolor"
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(
        config=config, user_ns={"__name__": "__main__"}
    )
    if "matplotlib" in sys.modules:
        # A matplotlib that the notebook imports itself shows figures inline by its backend; one
        # that was loaded before the shell existed would drop every figure in silence.
        from matplotlib_inline import backend_inline

        backend_inline._enable_matplotlib_integration()
    return shell


def no_input(prompt: object = "", *_: object, **__: object) -> str:
    """Stand in for ``input`` and ``getpass``.

    Raises:
        StdinNotImplementedError: always, saying what to do instead.
    """
    raise StdinNotImplementedError(_NO_INPUT)


def _mime_bundle(data: dict[str, Any]) -> dict[str, Any]:
    """Bytes as base64 text, as notebooks store them."""
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }
