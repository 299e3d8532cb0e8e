"""A course whose metric is a number that the submission states, plus noise of the round."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.calibration.record import Record
from grader.calibration.trainings import Measured
from grader.calibration.variants import find_variants
from grader.catalog import load_assignment
from grader.model import Assignment

METRICS = {
    "accuracy": {"title": "Accuracy", "points": 6, "runs": 2},
    "loss": {"title": "Loss", "points": 4, "better": "lower", "runs": 2},
}
HIDDEN = """
    def noisy(values, number):
        return 0.02 * values[number]

    @pytest.mark.metric("accuracy")
    def test_accuracy(submission, metric, rng):
        '''What the submission says, with noise that the round decides.'''
        noise = rng.normal(size=4)
        metric.score(lambda number: submission.f(0) + noisy(noise, number))

    @pytest.mark.metric("loss")
    def test_loss(submission, metric, rng):
        '''The same, upside down.'''
        noise = rng.normal(size=4)
        metric.score(lambda number: 1 - submission.f(0) + noisy(noise, number))
"""
VARIANTS = {
    "right/other.py": '"""Another way."""\nfrom solution import *\n',
    "weakest/few_epochs.py": '"""Stops early."""\ndef f(x):\n    return 0.85\n',
    "baseline/constant.py": '"""Always the same answer."""\ndef f(x):\n    return 0.5\n',
    "wrong/unscaled.py": '"""Forgets to scale."""\ndef f(x):\n    return 0.6\n',
}


def add_variants(folder: Path, variants: dict[str, str]) -> None:
    """Write variants beside a reference solution."""
    for name, source in variants.items():
        path = folder / "variants" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")


@pytest.fixture
def toy(course) -> Assignment:
    """An assignment of two metrics that was never calibrated, with one variant of each role."""
    add_variants(course.root / "reference" / "toy", VARIANTS)
    return course.assignment(
        HIDDEN,
        reference="def f(x):\n    return 0.9\n",
        metrics=METRICS,
        allowed_imports=["numpy"],
        calibrated=False,
    )


@pytest.fixture
def reread() -> Callable[[Assignment], Assignment]:
    """Return a function that reads an assignment again from its folder."""
    return lambda one: load_assignment(one.folder, reference=one.reference, calibrated=False)


class Log:
    """Notes what a calibration tells; ``interrupt_after`` so many there is an interrupt."""

    def __init__(self, *, interrupt_after: int | None = None) -> None:
        self.started_with: list[int] = []
        self.done: list[str] = []
        self.extensions: list[tuple[str, int]] = []
        self._interrupt_after = interrupt_after

    def started(self, runs: int) -> None:
        self.started_with.append(runs)

    def finished(self, variant: str) -> None:
        self.done.append(variant)
        if len(self.done) == self._interrupt_after:
            raise KeyboardInterrupt

    def extended(self, variant: str, runs: int) -> None:
        self.extensions.append((variant, runs))


@pytest.fixture
def new_log() -> type[Log]:
    """The class of logs."""
    return Log


@pytest.fixture
def measured() -> Callable[..., None]:
    """Return a function that writes scores down as if they had been measured."""

    def write(assignment: Assignment, runs: int, *, noise: float = 0.01, **skills: float) -> None:
        """Write normal scores of both metrics, by variant without its folder."""
        variants = find_variants(assignment)
        record = Record(assignment, variants)
        for variant in variants:
            skill = skills[variant.path.stem]
            rng = np.random.default_rng(7)
            for run in range(runs):
                drawn = rng.normal(0, noise, size=(2, 4))
                scores = {
                    "accuracy": tuple((skill + drawn[0]).tolist()),
                    "loss": tuple((1 - skill + drawn[1]).tolist()),
                }
                record.add(Measured(variant.name, run, scores, "", {"numpy": "2"}))

    return write
