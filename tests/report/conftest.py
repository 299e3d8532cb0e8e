"""A believable grade, transcript and class, which the tests of this folder vary."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from decimal import Decimal

import pytest

from grader.model import (
    CellKind,
    CellRun,
    CellStatus,
    Environment,
    Grade,
    GradeStatus,
    MetricResult,
    Notice,
    Status,
    Transcript,
    Verdict,
    Visibility,
)

TESTS = [
    # title, points, hint
    ("The weights start as they were given", 5, ""),
    ("predict() returns 0 or 1 for every row", 10, ""),
    ("One epoch follows the update rule by hand", 15, "Compare with the worked example."),
    ("fit() learns AND", 10, ""),
    ("fit() learns OR", 10, ""),
    ("XOR cannot be learned by one perceptron", 5, ""),
    ("A single row can be predicted", 5, "Size the bias column by the rows of the argument."),
    ("The same seed gives the same weights", 5, ""),
    ("The inputs are not modified", 5, ""),
    ("The error count falls to zero on separable data", 15, "Does the bias learn too?"),
    ("The decision line separates the classes", 10, "Solve w·x = 0 for the second feature."),
    ("errors_ has one entry per epoch", 5, "Count the errors before the update."),
]
MESSAGE = """weights after one epoch: shapes agree, values do not
  actual   [-0.49995505  0.49981435  1.49996853]
  expected [-0.49995505 -0.49981435  1.49996853]
  the sign of entry 1 is flipped; all others agree within rtol=1e-07"""
TRACE = (
    "\x1b[0;31m---------------------------------------------------------------------------\x1b[0m\n"
    "\x1b[0;31mNameError\x1b[0m                                 Traceback (most recent call last)\n"
    "Code cell 3, line 2\n      \x1b[1;32m1\x1b[0m model = Perceptron(eta=0.5)\n"
    "\x1b[0;32m----> 2\x1b[0m plot_line(model, X_and)\n\n"
    "\x1b[0;31mNameError\x1b[0m: name 'plot_line' is not defined"
)
CODE = '''class Perceptron:
    """A linear threshold unit.

    Args:
        eta: learning rate.
        epochs: passes over the data.
    """

    def __init__(self, eta=0.5, epochs=10, weights=None, seed=0):
        self.eta, self.epochs = eta, epochs
        self.weights = weights  # (n_features + 1,): the last one is the bias

    @property
    def n_features(self):
        return len(self.weights) - 1

    def predict(self, X):
        X = np.asarray(X, dtype=float)
        bias = -np.ones((len(X), 1))
        return (np.hstack([X, bias]) @ self.weights > 0).astype(int)
'''


def png(width: int = 480, height: int = 200) -> str:
    """A small picture of a slope, base64."""
    rows = b"".join(
        b"\x00"
        + bytes(
            channel
            for x in range(width)
            for channel in (
                (36, 82, 127) if abs(y - height + x * height // width) < 2 else (255,) * 3
            )
        )
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def make_grade(student: str = "ada", name: str = "Ada Lovelace", *, missed: int = 4) -> Grade:
    """A grade in which the last ``missed`` of the twelve tests are not passed."""
    statuses = [Status.PASSED] * (12 - missed) + [
        Status.FAILED, Status.PARTIAL, Status.SKIPPED, Status.TIMEOUT, Status.CRASHED, Status.FAILED
    ][:missed]  # fmt: skip
    verdicts = tuple(
        Verdict(
            id=f"test_{number}",
            title=title,
            visibility=Visibility.HIDDEN if number > 6 else Visibility.PUBLIC,
            points=Decimal(points)
            * {Status.PASSED: 1, Status.PARTIAL: Decimal("0.5")}.get(status, 0),
            max_points=Decimal(points),
            status=status,
            message=MESSAGE if status in (Status.FAILED, Status.PARTIAL) else "",
            hint=hint,
            duration=0.0123 * number,
        )
        for number, ((title, points, hint), status) in enumerate(
            zip(TESTS, statuses, strict=True), start=1
        )
    )
    return Grade(
        student=student,
        name=name,
        attempt=2,
        assignment="perceptron",
        assignment_title="The perceptron",
        submission="perceptron (1).ipynb",
        score=sum((verdict.points for verdict in verdicts), Decimal(0)),
        max_score=Decimal(100),
        status=GradeStatus.GRADED,
        verdicts=verdicts,
        warnings=(
            Notice(code="bom", message="The file began with a byte-order mark; it was left out."),
            Notice(code="kernel-name", message="Kernel 'py39' is unknown; Python 3 was used."),
        ),
        environment=Environment(
            grader="0.1.0",
            python="3.11.2",
            platform="Linux-6.1-x86_64",
            cpu="x86_64, 2 cores",
            libraries={"numpy": "1.26.4", "matplotlib": "3.8.4"},
            isolation="A",
            seed="5eed5eed5eed",
            assignment_digest="a" * 64,
            submission_digest="b" * 64,
        ),
        duration=1.23,
    )


def add_metric(grade: Grade, value: float, *, better: str = "higher", runs: int = 3) -> Grade:
    """The grade with a metric in its last test: nothing at 0.55, all from 0.721 (or mirrored)."""
    zero, full = (0.55, 0.721) if better == "higher" else (0.721, 0.55)
    metric = MetricResult(
        name="accuracy",
        value=value,
        zero=zero,
        full=full,
        better=better,
        runs=runs,
        miss=0.005,
        scores=(value,) * runs,
    )
    last = grade.verdicts[-1].model_copy(
        update={"metric": metric, "message": "accuracy is too low", "title": "Accuracy, unseen"}
    )
    return grade.model_copy(update={"verdicts": (*grade.verdicts[:-1], last)})


def make_transcript(*, repeat: int = 1) -> Transcript:
    """Markdown, a class, a table, a figure, long output, an error and cells after it."""
    code, text = CellKind.CODE, CellKind.MARKDOWN
    plot = {"image/png": png(), "text/plain": "<Figure size 480x200 with 1 Axes>"}
    loss = "".join(f"epoch {epoch:3d}  errors {60 // (epoch + 1):2d}\n" for epoch in range(60))
    runs = (
        CellRun(
            kind=text,
            source="# The perceptron\n\nA unit computes $z = w_1 x_1 + w_2 x_2 - \\theta$ and "
            "fires where `z > 0`.\n\n"
            "| x1 | x2 | AND |\n|---:|---:|---:|\n| 0 | 1 | 0 |\n| 1 | 1 | 1 |\n",
        ),
        CellRun(kind=code, source="%matplotlib inline\nimport numpy as np\n" + CODE),
        CellRun(
            kind=code,
            source="history = model.fit(X_and, y_and, verbose=True)",
            outputs=({"output_type": "stream", "name": "stdout", "text": loss},),
        ),
        CellRun(
            kind=code,
            source="model = Perceptron(eta=0.5)\nplot_line(model, X_and)",
            status=CellStatus.ERROR,
            message="NameError: name 'plot_line' is not defined",
            outputs=(
                {
                    "output_type": "error",
                    "ename": "NameError",
                    "evalue": "name 'plot_line' is not defined",
                    "traceback": TRACE.split("\n"),
                },
            ),
        ),
        CellRun(kind=text, source="## Results\n\nThe **line** separates the classes."),
        CellRun(
            kind=code,
            source='import matplotlib.pyplot as plt\nplt.plot(errors, label="errors")  # falls',
            outputs=(
                {"output_type": "stream", "name": "stderr", "text": "UserWarning: no legend\n"},
                {"output_type": "display_data", "data": plot, "metadata": {}},
            ),
        ),
        CellRun(
            kind=code,
            source="table.head()",
            outputs=(
                {
                    "output_type": "execute_result",
                    "data": {
                        "text/html": "<table><tr><td>1</td></tr></table>",
                        "text/plain": "   x1  x2  y\n0   0   1  0\n1   1   1  1",
                    },
                },
            ),
        ),
        CellRun(kind=code, source="while True:\n    pass", status=CellStatus.TIMEOUT,
                message="The cell used more than 20 s of CPU time."),
        CellRun(kind=code, source="final = 1", status=CellStatus.NOT_RUN),
    )  # fmt: skip
    return Transcript(runs=runs * repeat)


@pytest.fixture
def grade() -> Grade:
    return make_grade()


@pytest.fixture
def with_metric() -> Callable[..., Grade]:
    return add_metric


@pytest.fixture
def transcript() -> Transcript:
    return make_transcript()


@pytest.fixture
def class_grades() -> list[Grade]:
    """Thirty students: most graded, one of each other kind."""
    grades = [make_grade(f"s{n:02d}", f"Student {n}", missed=n % 7) for n in range(30)]
    empty = {"verdicts": (), "score": Decimal(0), "warnings": ()}
    grades[3] = grades[3].model_copy(update={"status": GradeStatus.MISSING, **empty})
    grades[7] = grades[7].model_copy(
        update={
            "status": GradeStatus.UNREADABLE,
            "problem": "The file ends in the middle (JSON error at line 312, column 4).",
            **empty,
        }
    )
    waiting = (
        grades[9].verdicts[0].model_copy(update={"status": Status.ERRORED, "points": Decimal(0)})
    )
    grades[9] = grades[9].model_copy(
        update={
            "status": GradeStatus.NEEDS_REVIEW,
            "verdicts": (waiting, *grades[9].verdicts[1:]),
            "score": grades[9].score - 5,
            "pending": Decimal(5),
        }
    )
    return grades
