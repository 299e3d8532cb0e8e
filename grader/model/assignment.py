"""The assignment: what is asked for, how much it is worth, and where its parts lie."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from grader.model.record import Better, Points, Record, Visibility

__all__ = [
    "Assignment",
    "DataDraw",
    "Dates",
    "Example",
    "InterfaceEntry",
    "Limits",
    "Member",
    "Metric",
    "TestCase",
    "Threshold",
    "WrittenQuestions",
]


class Example(Record):
    """One call and its answer, both Python expressions over the interface and ``np``."""

    call: str
    answer: str


class Member(Record):
    """An attribute or a method of an interface class."""

    name: str
    signature: str | None = None
    summary: str = ""
    parameters: dict[str, str] = Field(default={})
    returns: str = ""
    raises: str = ""

    @property
    def is_method(self) -> bool:
        """True for a method, False for an attribute."""
        return self.signature is not None


class InterfaceEntry(Member):
    """A function or class that a submission must define."""

    kind: Literal["function", "class"] = "function"
    members: tuple[Member, ...] = ()
    example: Example | None = None

    def member(self, name: str) -> Member | None:
        """Return the attribute or method called ``name``, or None."""
        return next((member for member in self.members if member.name == name), None)


class Limits(Record):
    """What one submission may use. Times are CPU seconds unless they say otherwise.

    ``processes`` is how many child processes it may have at a time; with 0, shell lines and
    subprocesses are refused, with a notice and without cost.
    """

    cell_seconds: float = Field(default=30, gt=0)
    call_seconds: float = Field(default=10, gt=0)
    total_seconds: float = Field(default=300, gt=0)
    wall_factor: float = Field(default=5, ge=1)
    memory_mb: int = Field(default=2048, gt=0)
    disk_mb: int = Field(default=256, gt=0)
    processes: int = Field(default=0, ge=0)
    output_kb: int = Field(default=1024, gt=0)
    message_mb: int = Field(default=256, gt=0)


class Dates(Record):
    """When the assignment is handed out and due; both are optional."""

    release: datetime | None = None
    due: datetime | None = None


class DataDraw(Record):
    """Which data set a round of grading draws its rows from, and how many of each part."""

    name: str
    train: int = Field(gt=0)
    valid: int = Field(gt=0)
    test: int = Field(gt=0)


class Threshold(Record):
    """What a metric's value is worth: nothing at ``zero``, all points from ``full`` on.

    At confidence ``confidence``, a right solution misses ``full`` with a probability of at most
    ``miss``. ``method`` says in a few words how that was found, from ``runs`` gradings of each
    right solution.
    """

    zero: float
    full: float
    miss: float = Field(gt=0, lt=1)
    confidence: float = Field(gt=0, lt=1)
    method: str
    runs: int = Field(gt=0)


class Metric(Record):
    """A quantity that is measured on trained models and paid by its value.

    Its value is the mean over ``runs`` trainings; where that does not reach the threshold's
    ``full``, it is the mean over twice as many. ``share`` says that values lie between 0 and 1,
    as accuracies do, and are skewed near them; calibration then looks at their log-odds.
    ``threshold`` is None until it was calibrated.
    """

    name: str
    title: str
    points: Points
    better: Better = Better.HIGHER
    runs: int = Field(default=3, ge=1)
    share: bool = False
    hint: str = ""
    threshold: Threshold | None = None


class WrittenQuestions(Record):
    """What an assignment asks in writing, and what a good answer says; both texts are Markdown.

    Attributes:
        questions: the text of that part of the starter, without its heading.
        others: the starter's other headings of the same or a higher level, which end the part.
        key_points: the model answers'; empty where the reference is not installed.
    """

    questions: str
    others: tuple[str, ...] = ()
    key_points: str = ""


class Assignment(Record):
    """One assignment: its specification and where its parts lie.

    ``files`` are paths relative to the folder, such as ``"data/train.csv"``; a submission finds
    them at the same paths in its working folder. ``digest`` is a SHA-256 over everything that can
    change a grade: the specification, those files, the thresholds, the tests and the reference
    solution.
    """

    id: str
    title: str
    summary: str = ""
    points: Points
    interface: tuple[InterfaceEntry, ...] = ()
    allowed_imports: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    data: DataDraw | None = None
    metrics: tuple[Metric, ...] = ()
    limits: Limits = Limits()
    dates: Dates = Dates()
    written: WrittenQuestions | None = None
    folder: Path
    reference: Path | None = None
    digest: str

    def entry(self, name: str) -> InterfaceEntry | None:
        """Return the interface's function or class called ``name``, or None."""
        return next((entry for entry in self.interface if entry.name == name), None)

    def metric(self, name: str) -> Metric | None:
        """Return the metric called ``name``, or None."""
        return next((metric for metric in self.metrics if metric.name == name), None)

    @property
    def public_tests(self) -> Path:
        """The folder of the tests that students are given."""
        return self.folder / "tests" / "public"

    @property
    def hidden_tests(self) -> Path:
        """The folder of the tests that students are never given."""
        return self.folder / "tests" / "hidden"


class TestCase(Record):
    """What a test function declares about itself, before anything is run.

    ``metric`` names the metric that the test measures; empty for an ordinary test.
    """

    __test__ = False  # not a test of pytest's, whatever its name says

    id: str
    title: str
    points: Points
    visibility: Visibility
    hint: str = ""
    reveal: bool = False
    depends_on: tuple[str, ...] = ()
    metric: str = ""
