"""Gradescope's ``results.json``, which an autograder leaves for the harness.

Read by the student, so from the student's view of the grade. Format:
https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from grader.export.wording import about, json_points, tests_of, told
from grader.model import Grade, Status, Verdict, Visibility
from grader.plaintext import plain

__all__ = ["Shown", "write"]

# Texts hold a student's words and aligned numbers: nothing may read them as markup.
_TEXT = "text"


class Shown(StrEnum):
    """When Gradescope shows a test to students."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


def write(grade: Grade, *, closed: Shown = Shown.VISIBLE) -> str:
    """Return the document about one submission.

    Args:
        grade: as the student may see it.
        closed: when students see the tests that are not public, of which the document holds no
            more than they may know at any time. As long as one test is not shown, Gradescope does
            not show the total either.
    """
    document: dict[str, Any] = {
        "score": json_points(grade.score),
        "execution_time": round(grade.duration, 3),
        "output": about(grade),
        "output_format": _TEXT,
        "test_output_format": _TEXT,
        "test_name_format": _TEXT,
        "stdout_visibility": Shown.HIDDEN,
        "tests": [_test(verdict, closed) for verdict in tests_of(grade)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _test(verdict: Verdict, closed: Shown) -> dict[str, Any]:
    public = verdict.visibility is Visibility.PUBLIC
    test = {
        "name": plain(verdict.title),
        "name_format": _TEXT,
        "score": json_points(verdict.points),
        "max_score": json_points(verdict.max_points),
        "output": told(verdict),
        "output_format": _TEXT,
        "visibility": Shown.VISIBLE if public else closed,
    }
    # Gradescope knows two; for the others, the points tell.
    if verdict.status is Status.PASSED:
        test["status"] = "passed"
    elif verdict.status not in (Status.PARTIAL, Status.ERRORED):
        test["status"] = "failed"
    return test
