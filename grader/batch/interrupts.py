"""What becomes of Ctrl-C and SIGTERM while a batch runs."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

__all__ = ["Interrupts"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns the first SIGINT or SIGTERM into one KeyboardInterrupt, where that does no harm.

    Later ones are ignored until the block ends: whoever presses Ctrl-C twice must not cut short
    the ending of processes and the writing of pages. A signal that this process was told to
    ignore, as in a shell's background, stays ignored. Outside the main thread this does nothing.

    Args:
        last: nothing but the end of the process follows the block. After an interrupt it is left
            with further ones ignored.
    """

    def __init__(self, *, last: bool = False) -> None:
        self._last = last
        self._noted = False
        self._raised = False
        self._held = 0
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN:
                    self._before[number] = before
                    signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        while self._before:
            number, before = self._before.popitem()
            signal.signal(number, signal.SIG_IGN if self._last and self._raised else before)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let a block run to its end; what arrives meanwhile is raised after it."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self._raise_noted()

    @contextlib.contextmanager
    def let_in(self) -> Iterator[None]:
        """Within a block that is held, raise at once what arrived or arrives."""
        held, self._held = self._held, 0
        try:
            self._raise_noted()
            yield
        finally:
            self._held = held

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._noted = True
        self._raise_noted()

    def _raise_noted(self) -> None:
        if self._noted and not self._held and not self._raised:
            self._raised = True
            raise KeyboardInterrupt
