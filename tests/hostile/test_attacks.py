"""No hostile submission gains a point, loses an honest one, reads a secret or harms another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.feedback import student_view
from grader.model import Grade, GradeStatus, Level, Submission, Transcript
from grader.report import render_grade

if TYPE_CHECKING:
    from conftest import Attack, Range


def shown(grade: Grade, transcript: Transcript | None) -> str:
    """Return everything that leaves for the student, and all that the submission put out."""
    view = student_view(grade)
    page = render_grade(view, transcript, audience="student")
    return "\n".join(
        [view.model_dump_json(), page, transcript.model_dump_json() if transcript else ""]
    )


def test_gains_nothing(
    attack: Attack,
    level: Level,
    ranges: Callable[[Level], Range],
    innocent: Submission,
    tally: Callable[..., None],
    tmp_path: Path,
) -> None:
    here = ranges(level)
    processes, files = here.processes(), here.files()

    submission = attack.submission(tmp_path, here.assignment, here.places)
    grade, transcript = here.grade(submission)
    left = here.leftovers(processes, files)
    neighbour, _ = here.grade(innocent)

    earned = {verdict.id: float(verdict.points) for verdict in grade.verdicts}
    unearned = {
        test: points - attack.honest.get(test, 0)
        for test, points in earned.items()
        if points > attack.honest.get(test, 0)
    }
    lost = {
        test: points - earned.get(test, 0)
        for test, points in attack.honest.items()
        if points > earned.get(test, 0)
    }
    leaked = here.leaks(shown(grade, transcript))
    tally(
        level,
        attack.family,
        unearned=sum(unearned.values()),
        lost=sum(lost.values()),
        leaked=len(leaked),
        **{"left over": len(left), "neighbour lost": float(100 - neighbour.score)},
    )

    assert not unearned, f"{attack.about}: it gained {unearned}"
    told = {verdict.id: verdict.message for verdict in grade.verdicts if verdict.id in lost}
    assert not lost, f"{attack.about}: honest points were lost: {lost}, {told}"
    assert not leaked, f"{attack.about}: it could read {leaked}"
    assert not left, f"{attack.about}: it left {left}"
    assert neighbour.score == 100, f"{attack.about}: its neighbour was harmed: {neighbour.verdicts}"
    assert grade.status is GradeStatus.GRADED or grade.problem, grade
    assert grade.pending == 0
    if attack.check is not None:
        attack.check(grade, transcript)


@pytest.mark.parametrize("name", ["reading/links", "reading/magics"])
def test_the_same_attack_succeeds_without_isolation(
    name: str, attacks: list[Attack], ranges: Callable[[Level], Range], tmp_path: Path
) -> None:
    """What these tests look for is there to be found: level D has nothing that hides it."""
    here = ranges(Level.D)
    attack = next(attack for attack in attacks if attack.id == name)

    grade, transcript = here.grade(attack.submission(tmp_path, here.assignment, here.places))

    assert here.leaks(shown(grade, transcript))
    if attack.name == "magics":  # it runs the reference solution in its own notebook
        assert grade.score == 100
