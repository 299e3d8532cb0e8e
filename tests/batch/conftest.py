"""A small course whose hidden test does to its own process what the submission asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model import Assignment
from grader.submission import Attempt, discover

# The test runs in the grading process, so this is how a broken hidden test behaves.
OBEDIENT = """
    import os, signal, time

    @pytest.mark.points(6)
    def test_double(submission):
        '''f doubles its argument.'''
        match submission.f(2):
            case "die":
                os._exit(7)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                time.sleep(600)
            case answer:
                assert answer == 4

    @pytest.mark.points(4)
    def test_zero(submission):
        '''f(0) is 0.'''
        assert submission.f(0) == 0
"""


class Log:
    """Notes what a batch tells; ``interrupt_after`` so many submissions somebody presses Ctrl-C."""

    def __init__(self, *, interrupt_after: int | None = None) -> None:
        self.events: list[tuple[str, str]] = []
        self.begun: list[str] = []
        self.review: list[str] = []
        self.total = 0
        self._interrupt_after = interrupt_after

    def started(self, total: int) -> None:
        self.total = total

    def began(self, key: str) -> None:
        self.begun.append(key)

    def finished(self, key: str, *, needs_review: bool) -> None:
        self.review += [key] * needs_review
        self.events.append(("finished", key))
        if len(self.events) == self._interrupt_after:
            raise KeyboardInterrupt

    def again(self, key: str) -> None:
        self.events.append(("again", key))


@pytest.fixture
def toy(course) -> Assignment:
    return course.assignment(
        OBEDIENT, reference="def f(x):\n    return 2 * x\n", limits={"total_seconds": 20}
    )


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., tuple[Attempt, ...]]:
    """Return a function that writes modules, by student, and finds them as attempts."""

    def write(**sources: str) -> tuple[Attempt, ...]:
        for student, source in sources.items():
            folder = tmp_path / "class" / student
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "toy.py").write_text(source, encoding="utf-8")
        return discover([tmp_path / "class" / student for student in sources], assignment="toy")

    return write


def answers(value: str) -> str:
    """Return a submission whose f always answers the same."""
    return f"def f(x):\n    return {value}\n"
