"""The nouns of grading as frozen records; no input or output happens here.

Points are :class:`decimal.Decimal`: they are added exactly and rounded once, when shown.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

__all__ = [
    "SCHEMA_VERSION",
    "Assignment",
    "Cell",
    "CellKind",
    "CellRun",
    "CellStatus",
    "Dates",
    "Engine",
    "Environment",
    "Example",
    "Grade",
    "GradeStatus",
    "InterfaceEntry",
    "Level",
    "Limits",
    "Member",
    "Notice",
    "Points",
    "Status",
    "Submission",
    "TestCase",
    "Transcript",
    "Verdict",
    "Visibility",
]

SCHEMA_VERSION: Final = 1

Points = Annotated[
    Decimal,
    Field(ge=0),
    # JSON numbers keep the document easy to read for others; four digits are far below a
    # rounding step of any course and above the error of a double.
    PlainSerializer(lambda points: float(round(points, 4)), return_type=float, when_used="json"),
]


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Visibility(StrEnum):
    """Who sees a test's outcome in full."""

    PUBLIC = "public"
    HIDDEN = "hidden"
    AFTER_DUE = "after_due"


class Status(StrEnum):
    """The outcome of one test. Only ``errored`` is the grader's own fault."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    ERRORED = "errored"


class GradeStatus(StrEnum):
    """What became of one submission."""

    GRADED = "graded"
    NEEDS_REVIEW = "needs_review"
    UNREADABLE = "unreadable"
    MISSING = "missing"


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


# --- the assignment -------------------------------------------------------------------------


class Example(Record):
    """One call and its answer, both Python expressions over the interface and ``np``."""

    call: str
    answer: str


class Member(Record):
    """An attribute or a method of an interface class."""

    name: str
    signature: str | None = None
    summary: str = ""
    parameters: dict[str, str] = {}
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


class Assignment(Record):
    """One assignment: its specification and where its parts lie.

    ``files`` are paths relative to the folder, such as ``"data/train.csv"``; a submission finds
    them at the same paths in its working folder. ``digest`` is a SHA-256 over everything that can
    change a grade: the specification, those files, the tests and the reference solution.
    """

    id: str
    title: str
    summary: str = ""
    points: Points
    interface: tuple[InterfaceEntry, ...] = ()
    allowed_imports: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    limits: Limits = Limits()
    dates: Dates = Dates()
    folder: Path
    reference: Path | None = None
    digest: str

    def entry(self, name: str) -> InterfaceEntry | None:
        """Return the interface's function or class called ``name``, or None."""
        return next((entry for entry in self.interface if entry.name == name), None)

    @property
    def public_tests(self) -> Path:
        """The folder of the tests that students are given."""
        return self.folder / "tests" / "public"

    @property
    def hidden_tests(self) -> Path:
        """The folder of the tests that students are never given."""
        return self.folder / "tests" / "hidden"


class TestCase(Record):
    """What a test function declares about itself, before anything is run."""

    __test__ = False  # not a test of pytest's, whatever its name says

    id: str
    title: str
    points: Points
    visibility: Visibility
    hint: str = ""
    reveal: bool = False
    depends_on: tuple[str, ...] = ()


# --- the submission -------------------------------------------------------------------------


class Notice(Record):
    """Something that was recovered or noticed and that changed no points by itself.

    ``code`` is a short stable word, such as ``"bom"`` or ``"kernel-name"``; ``where`` names a
    file, cell or line.
    """

    code: str
    message: str
    where: str = ""


class CellKind(StrEnum):
    """The kind of a notebook cell."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


class Cell(Record):
    """One cell of a notebook, or the whole text of a module."""

    kind: CellKind
    source: str
    id: str = ""


class Submission(Record):
    """What one student handed in, read and repaired but not yet run.

    Attributes:
        student: the student's identifier, taken from the path.
        path: the file as the student or the learning platform named it.
        kind: ``notebook`` (run cell by cell) or ``module`` (imported).
        cells: the notebook's cells, or one code cell with a module's source.
        files: everything to be placed in the working folder, by relative path. Of a module
            submission this includes the module itself.
        entry: for a module, which of ``files`` is imported, such as ``"perceptron.py"`` or
            ``"perceptron/__init__.py"``.
        attempt: 1 for the first of several attempts by the same student.
        problem: why the submission cannot be graded at all; empty when it can.
        digest: SHA-256 of the bytes that were handed in.
    """

    student: str
    path: str
    kind: Literal["notebook", "module"] = "notebook"
    cells: tuple[Cell, ...] = ()
    files: dict[str, bytes] = {}
    entry: str = ""
    attempt: int = 1
    notices: tuple[Notice, ...] = ()
    problem: str = ""
    digest: str = ""


# --- the run --------------------------------------------------------------------------------


class CellStatus(StrEnum):
    """What became of one cell."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    NOT_RUN = "not_run"


class CellRun(Record):
    """A cell after it was run; ``outputs`` are nbformat 4 outputs (untrusted content)."""

    kind: CellKind
    source: str
    id: str = ""
    status: CellStatus = CellStatus.OK
    outputs: tuple[dict[str, Any], ...] = ()
    execution_count: int | None = None
    duration: float = 0.0
    message: str = ""


class Transcript(Record):
    """The executed notebook or module: every cell in order."""

    kind: Literal["notebook", "module"] = "notebook"
    runs: tuple[CellRun, ...] = ()


# --- the outcome ----------------------------------------------------------------------------


class Verdict(Record):
    """One test's outcome.

    ``message`` is generated by the failed comparison or by the student's own exception; of a
    hidden test it reaches the student only where ``reveal`` is set. ``hint`` is the author's and
    is shown to the student whenever points were lost. ``duration`` is in seconds.
    """

    id: str
    title: str
    visibility: Visibility
    points: Points
    max_points: Points
    status: Status
    message: str = ""
    hint: str = ""
    reveal: bool = False
    duration: float = 0.0


class Environment(Record):
    """What a grade depends on besides the submission (DESIGN invariant: same in, same out)."""

    grader: str
    python: str
    platform: str
    cpu: str
    libraries: dict[str, str] = {}
    engine: Engine = Engine.SHELL
    isolation: Level = Level.D
    seed: str = ""
    round: int = 0
    assignment_digest: str
    submission_digest: str


class Grade(Record):
    """All verdicts of one submission: the one versioned document that everything renders.

    ``score`` + points lost + ``pending`` = ``max_score``. ``pending`` are the points of tests
    that errored through the grader's own fault; such a grade says ``needs_review``.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    student: str
    name: str = ""
    attempt: int = 1
    assignment: str
    assignment_title: str = ""
    submission: str = ""
    score: Points
    max_score: Points
    pending: Points = Decimal(0)
    status: GradeStatus
    problem: str = ""
    verdicts: tuple[Verdict, ...] = ()
    warnings: tuple[Notice, ...] = ()
    environment: Environment | None = None
    duration: float = 0.0
