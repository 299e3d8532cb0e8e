"""The page about one grade: score, tests, what was put right, the notebook as it was run."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from grader.model import Grade, Status, Transcript
from grader.report.notebook import cell_views
from grader.report.page import render
from grader.report.prose import prose

__all__ = ["render_grade"]


def render_grade(
    grade: Grade, transcript: Transcript | None, *, audience: Literal["student", "instructor"]
) -> str:
    """Return a self-contained HTML page.

    Args:
        grade: for a student, what ``feedback.student_view`` returned: nothing is hidden here.
        transcript: the executed notebook or module; None when there is none.
        audience: an instructor's page also shows visibilities, ids, durations and environment.
    """
    cells = cell_views(transcript) if transcript else ()
    verdicts = grade.verdicts
    written = grade.written
    return render(
        "grade.html",
        grade=grade,
        who=grade.name or grade.student,
        cells=cells,
        is_module=transcript is not None and transcript.kind == "module",
        stopped=[cell for cell in cells if cell.stopped],
        passed=sum(verdict.status is Status.PASSED for verdict in verdicts),
        lost=max(Decimal(0), grade.max_score - grade.score - grade.pending),
        errored=[verdict for verdict in verdicts if verdict.status is Status.ERRORED],
        answers=prose(written.answers) if written else "",
        key_points=prose(written.key_points) if written else "",
        instructor=audience == "instructor",
    )
