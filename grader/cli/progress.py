"""How long work goes on: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from grader.cli.terminal import console

__all__ = ["BatchProgress", "progress_bar"]

_WIDTH = 40
_LINES = 10
_LARGE = 50  # of a smaller class, logs need no lines


class BatchProgress:
    """Shows what is being graded, how much is done, and how long the rest may take.

    A context manager, and a :class:`grader.batch.Progress`.
    """

    def __init__(self) -> None:
        self._bar = _batch_bar()
        self._console = self._bar.console
        self._task = self._bar.add_task("Grading", total=None, running="", review="")
        self._running: list[str] = []
        self._total = self._done = self._review = 0
        self._began = time.monotonic()

    def __enter__(self) -> BatchProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def started(self, total: int) -> None:
        """Set how many there are."""
        self._total = total
        self._bar.update(self._task, total=total)

    def began(self, key: str) -> None:
        """Name a submission as one that is being graded."""
        self._running.append(key)
        self._show()

    def finished(self, key: str, *, needs_review: bool) -> None:
        """Count a submission."""
        self._running.remove(key)
        self._done += 1
        self._review += needs_review
        self._show()
        if not self._console.is_terminal:
            self._log()

    def again(self, key: str) -> None:
        """Say that a submission is run once more."""
        self._running.remove(key)
        self._show()
        self._console.print(f"{key} waited too long for this machine; it is run again, alone")

    def _show(self) -> None:
        review = f"{self._review} to review" if self._review else ""
        running = " ".join(self._running)
        self._bar.update(self._task, completed=self._done, running=running, review=review)

    def _log(self) -> None:
        """Print a line whenever another tenth of a large class is done."""
        step = -(-self._total // _LINES)
        if self._total < _LARGE or self._done % step:
            return
        review = f", {self._review} to review" if self._review else ""
        seconds = (time.monotonic() - self._began) * (self._total / self._done - 1)
        left = f"; about {_duration(seconds)} left" if self._done < self._total else ""
        self._console.print(f"{self._done} of {self._total} graded{review}{left}", soft_wrap=True)


def progress_bar(*further: ProgressColumn, width: int = _WIDTH, expand: bool = False) -> Progress:
    """Return a bar on the standard error output, which is gone when the work is done.

    There is none where nobody looks: in a file, a pipe or a log.

    Args:
        further: columns after the description, the bar and the counts.
        width: of the bar, in characters.
        expand: take the whole width of the window.
    """
    output = console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=width),
        MofNCompleteColumn(),
        *further,
        console=output,
        transient=True,
        expand=expand,
        disable=not output.is_terminal,
    )


def _batch_bar() -> Progress:
    running = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    return progress_bar(
        TextColumn("left"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[review]}", markup=False, style="magenta"),
        TextColumn("{task.fields[running]}", markup=False, style="dim", table_column=running),
        width=20,
        expand=True,
    )


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes else f"{round(seconds)} s"
