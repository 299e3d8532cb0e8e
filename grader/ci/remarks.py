"""What is to be said beside the lines of a change: annotations, from the grades."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from grader.ci.annotations import Annotation, Kind
from grader.ci.places import Place
from grader.ci.result import Result
from grader.export.wording import about, told
from grader.model import GradeStatus, Status, Verdict
from grader.plaintext import plain
from grader.points import number

__all__ = ["code_quality", "remarks"]

_SEVERITIES = {Kind.ERROR: "major", Kind.WARNING: "minor", Kind.NOTICE: "info"}


def remarks(results: Sequence[Result], astray: Iterable[str]) -> list[Annotation]:
    """Return a remark for each test that lost points, the most important ones first.

    Args:
        results: what was graded.
        astray: files that lie where they are not graded.
    """
    first = [
        Annotation(
            Kind.ERROR,
            "This file is not graded",
            "It lies where no assignment's submissions are looked for.",
            Place(path),
        )
        for path in astray
    ]
    found: list[tuple[Decimal, Annotation]] = []
    for result in results:
        grade, work = result.grade, result.work
        if grade.problem:
            first.append(
                Annotation(
                    Kind.ERROR, "This cannot be graded", grade.problem, Place(work.path, line=1)
                )
            )
            continue
        if grade.status is GradeStatus.NEEDS_REVIEW:
            first.append(Annotation(Kind.WARNING, "Points are pending", about(grade)))
        for verdict in grade.verdicts:
            if verdict.points < verdict.max_points and verdict.status is not Status.ERRORED:
                found.append((verdict.points - verdict.max_points, _remark(verdict, result)))
    found.sort(key=lambda item: item[0])
    return [*first, *(annotation for _, annotation in found)]


def _remark(verdict: Verdict, result: Result) -> Annotation:
    kind = Kind.WARNING if verdict.status in (Status.PARTIAL, Status.SKIPPED) else Kind.ERROR
    place = result.work.place(verdict)
    points = f"{number(verdict.points)} of {number(verdict.max_points)} points"
    where = f", code cell {place.cell}" if place.cell else ""
    return Annotation(kind, f"{points}{where}", f"{verdict.title}\n{told(verdict)}", place)


def code_quality(annotations: Iterable[Annotation]) -> str:
    """Return the remarks in the format of GitLab's code quality reports, which has no limits."""
    found: list[dict[str, Any]] = []
    for one in annotations:
        text = plain(f"{one.title}: {one.message}")
        path = plain(one.place.file) or "."
        found.append(
            {
                "description": text,
                "check_name": "grader",
                "fingerprint": hashlib.sha256(f"{path}\0{text}".encode()).hexdigest(),
                "severity": _SEVERITIES[one.kind],
                "location": {"path": path, "lines": {"begin": max(one.place.line, 1)}},
            }
        )
    return json.dumps(found, ensure_ascii=False, indent=1)
