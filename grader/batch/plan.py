"""What of a round is to be graded, and what is unchanged since it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.batch.fingerprint import digest_of_conditions, digest_of_contents, fingerprint
from grader.batch.folder import ResultsFolder
from grader.batch.job import Job, Outcome
from grader.batch.journal import Journal, Row
from grader.model import Grade, Level

__all__ = ["Plan", "complete", "make_plan"]


class Plan(NamedTuple):
    """The jobs of a round.

    Attributes:
        due: those to run.
        unchanged: those whose grades are taken over.
        fingerprints: of all of them, by key.
        level: at which they are isolated.
    """

    due: Sequence[Job]
    unchanged: Sequence[Job]
    fingerprints: Mapping[str, str]
    level: Level

    def row(self, job: Job, outcome: Outcome) -> Row:
        """Return what the journal says of a job that was run.

        A grade that needs review or met a clock on the wall may come out otherwise another time,
        and one of files that changed meanwhile belongs to nobody knows which: they stay due.
        """
        return Row(
            key=job.key,
            student=job.attempt.student,
            attempt=job.attempt.attempt,
            fingerprint=self.fingerprints[job.key],
            level=self.level,
            after_due=job.after_due,
            transcript=outcome.transcript,
            due=outcome.needs_review or outcome.waited or outcome.changed,
        )


def make_plan(
    jobs: Sequence[Job], folder: ResultsFolder, journal: Journal, *, level: Level, force: bool
) -> Plan:
    """Find the jobs whose grades are there, complete, and still what they would be.

    A document that was damaged since is written again from the journal.

    Args:
        jobs: of one round.
        folder: where their results are.
        journal: of that folder.
        level: at which they will be isolated. A grade made at level D, where a submission can do
            anything, is not taken over by a better one.
        force: take nothing over.

    Raises:
        SpecError: the assignment's starter is not a notebook.
        UsageError: the folder cannot be written to.
    """
    if not jobs:
        return Plan((), (), {}, level)
    conditions = digest_of_conditions(jobs[0].assignment, jobs[0].rules)
    rows = {} if force else journal.rows()
    due: list[Job] = []
    unchanged: list[Job] = []
    fingerprints = {}
    for given in jobs:
        job = given._replace(contents=digest_of_contents(given.attempt))
        mark = fingerprint(job.attempt, job.notices, contents=job.contents, conditions=conditions)
        fingerprints[job.key] = mark
        row = rows.get(job.key)
        same = row is not None and _counts(row, mark, level) and _is_there(row, folder, journal)
        (unchanged if same else due).append(job)
    return Plan(due, unchanged, fingerprints, level)


def complete(
    plan: Plan, folder: ResultsFolder, journal: Journal, grades: Mapping[str, Grade]
) -> None:
    """Render again what is missing of the grades that are taken over, or tells old news.

    The class list may have another name by now, and the due date may be over.
    """
    rows = journal.rows()
    for job in plan.unchanged:
        grade, row = grades[job.key], rows[job.key]
        if job.name and grade.name != job.name:
            folder.write_again(job.key, grade.model_copy(update={"name": job.name}))
        elif row.after_due != job.after_due or _lacks_pages(folder, job.key):
            folder.render(job.key, grade)
        else:
            continue
        journal.write(row._replace(after_due=job.after_due), folder.document(job.key))


def _counts(row: Row, mark: str, level: Level) -> bool:
    better = row.level is Level.D and level is not Level.D
    return row.fingerprint == mark and not row.due and not better


def _is_there(row: Row, folder: ResultsFolder, journal: Journal) -> bool:
    """Tell whether a grade's files are there, or can be made from what is there."""
    *_, notebook, _, document = folder.paths(row.key)
    if _size(document) != row.size:  # edited by hand, damaged or gone
        folder.mend(row.key, journal.document(row.key))
    return not row.transcript or _size(notebook) > 0


def _lacks_pages(folder: ResultsFolder, key: str) -> bool:
    return not all(_size(path) for path in folder.paths(key) if path.suffix != ".ipynb")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
