"""The ``result`` of a GitHub Classroom grader: base64 of JSON, for the step output of that name.

Read by the student in the log of the run, so from the student's view of the grade. The format is
that of https://github.com/classroom-resources/autograding-grading-reporter, which adds up the
scores of all tests and divides by ``max_score``.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from grader.export.wording import first_line, json_points, tests_of, told
from grader.model import Grade, GradeStatus, Status, Verdict
from grader.plaintext import plain
from grader.points import number

__all__ = ["LONGEST", "write"]

LONGEST = 128_000
"""Characters of a result: Linux caps an environment variable, name included, at 131,071."""

_TITLE = 200
_MESSAGES = (20_000, 4_000, 1_000, 200, 0)  # characters of each, tried until the result fits


def write(grade: Grade) -> str:
    """Return the result of one submission, in one line.

    Every test is in it with its score, also one that was not run, and so is ``max_score``. Long
    messages are cut where the whole would not fit into an environment variable.

    Args:
        grade: as the student may see it.
    """
    verdicts = tests_of(grade)
    for longest in _MESSAGES:
        document = {
            "version": 3,
            "status": _whole(grade),
            "max_score": json_points(grade.max_score),
            "tests": [_test(verdict, longest) for verdict in verdicts],
        }
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        result = base64.b64encode(text.encode()).decode("ascii")
        if len(result) <= LONGEST:
            break
    return result


def _whole(grade: Grade) -> str:
    if grade.status is GradeStatus.NEEDS_REVIEW:
        return "error"
    return "pass" if not grade.problem and grade.score == grade.max_score else "fail"


def _test(verdict: Verdict, longest: int) -> dict[str, Any]:
    status = {Status.PASSED: "pass", Status.ERRORED: "error"}.get(verdict.status, "fail")
    points = f"{number(verdict.points)} of {number(verdict.max_points)} points"
    message = "\n".join(filter(None, (points, told(verdict))))
    if len(message) > longest:
        message = f"{message[:longest]}…" if longest else points
    return {
        "name": first_line(plain(verdict.title), longest=_TITLE),
        "status": status,
        "score": json_points(verdict.points),
        "message": None if status == "pass" else message,
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": round(verdict.duration, 3),
    }
