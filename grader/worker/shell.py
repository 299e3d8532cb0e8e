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

from grader.worker.refusals import refuse_shell_lines
from grader.worker.streams import Events, replace_streams
from grader.worker.tracebacks import CELL_FILENAME, report

__all__ = ["NO_EXIT", "NotebookShell", "no_input"]

_NO_INPUT = (
    "input() cannot be answered while grading: nobody is there to type. Give the value in the "
    "code, or as a function's argument"
)
NO_EXIT = "exit() and quit() are ignored while grading; the following cells still run.\n"


class _Displays(DisplayPublisher):
    """Sends what ``display`` shows."""

    outlet = AnyTrait()

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        _flush()
        self.outlet.output(
            "update_display_data" if update else "display_data",
            data=_mime_bundle(data),
            metadata=metadata or {},
            display_id=(transient or {}).get("display_id"),
        )

    def clear_output(self, wait: bool = False) -> None:
        _flush()
        self.outlet.output("clear_output", wait=bool(wait))


class _Results(DisplayHook):
    """Sends the value of a cell's last expression."""

    outlet = AnyTrait()
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
        _flush()
        if self._pending is not None and self._pending[0]:
            data, metadata = self._pending
            self.outlet.output("execute_result", data=_mime_bundle(data), metadata=metadata)
        self._pending = None


class ZMQInteractiveShell(InteractiveShell):
    """The shell. Its name is Jupyter's, because rich, tqdm and Keras look for exactly that."""

    outlet = AnyTrait()
    displayhook_class = _Results
    display_pub_class = _Displays

    def init_display_pub(self) -> None:
        super().init_display_pub()
        self.display_pub.outlet = self.outlet

    def init_displayhook(self) -> None:
        super().init_displayhook()
        self.displayhook.outlet = self.outlet

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
        _flush()
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
        config = Config()
        config.IPKernelApp.parent_appname = "ipython"  # tqdm.autonotebook looks for it
        config.InteractiveShell.colors = "nocolor"
        self._shell = ZMQInteractiveShell.instance(
            outlet=events, config=config, user_ns={"__name__": "__main__"}
        )
        self._number = 0
        self._shell.compile.get_code_name = self._code_name
        builtins.input = no_input
        self._shell.raw_input = no_input
        if not shell_lines:
            refuse_shell_lines(self._shell)
        self._enable_figures()

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
        result = self._shell.run_cell(source, store_history=True, silent=False)
        _flush()
        error = result.error_before_exec or result.error_in_exec
        return {"ok": error is None, "error": None if error is None else report(error)}

    def serve(self) -> None:
        """Answer calls on the notebook's names until the grader is done."""
        self._serve(self._shell.user_ns)

    def _code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return CELL_FILENAME.format(number=self._number)

    def _enable_figures(self) -> None:
        """Show figures inline, as Jupyter does without being asked.

        A matplotlib that the notebook imports itself does this by its backend; one that was
        loaded before the shell existed would drop every figure in silence.
        """
        if "matplotlib" in sys.modules:
            from matplotlib_inline import backend_inline

            backend_inline._enable_matplotlib_integration()


def no_input(prompt: object = "", *_: object, **__: object) -> str:
    """Stand in for ``input`` and ``getpass``.

    Raises:
        StdinNotImplementedError: always, saying what to do instead.
    """
    raise StdinNotImplementedError(_NO_INPUT)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _mime_bundle(data: dict[str, Any]) -> dict[str, Any]:
    """Bytes as base64 text, as notebooks store them."""
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }
