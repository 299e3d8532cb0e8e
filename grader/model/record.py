"""What all records have in common, and the words that several of them use."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

__all__ = ["POINT_UNIT", "Better", "Engine", "Level", "Points", "Record", "Visibility"]

# What points are counted in: far below a rounding step of any course, and above the error of the
# doubles that stand in a document.
POINT_UNIT = Decimal("0.0001")

Points = Annotated[
    Decimal,
    Field(ge=0),
    # JSON numbers keep the document easy to read for others.
    PlainSerializer(
        lambda points: float(points.quantize(POINT_UNIT)), return_type=float, when_used="json"
    ),
]


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Visibility(StrEnum):
    """Who sees a test's outcome in full."""

    PUBLIC = "public"
    HIDDEN = "hidden"
    AFTER_DUE = "after_due"


class Better(StrEnum):
    """Which values of a metric are better."""

    HIGHER = "higher"
    LOWER = "lower"


class Engine(StrEnum):
    """How a notebook is run: in the worker's own IPython shell, or in a Jupyter kernel."""

    SHELL = "shell"
    JUPYTER = "jupyter"


class Level(StrEnum):
    """How well a submission is kept from everything else; A is best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def summary(self) -> str:
        """What the level is made of."""
        return _LEVELS[self]


_LEVELS = {
    Level.A: "namespaces, a file system of its own, seccomp, Landlock, and a cgroup",
    Level.B: "namespaces, a file system of its own, seccomp, Landlock, and resource limits",
    Level.C: "Landlock, seccomp without new processes, and resource limits",
    Level.D: "a process of its own with deadlines: only for work that you trust",
}
