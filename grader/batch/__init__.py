"""Grades many submissions: a pool of processes, and the folder that holds the results."""

from __future__ import annotations

from grader.batch.folder import ResultsFolder, write_overview
from grader.batch.job import Job
from grader.batch.pool import Progress, run_jobs
from grader.batch.round import Round, grade_round
from grader.batch.selection import make_jobs

__all__ = [
    "Job",
    "Progress",
    "ResultsFolder",
    "Round",
    "grade_round",
    "make_jobs",
    "run_jobs",
    "write_overview",
]
