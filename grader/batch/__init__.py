"""Grades many submissions: a pool of processes, and the folder that holds the results."""

from __future__ import annotations

from grader.batch.difference import Change, Difference, differences_table
from grader.batch.folder import ResultsFolder, write_overview
from grader.batch.interrupts import Interrupts
from grader.batch.job import Job, Outcome
from grader.batch.pool import Progress, Silent, run_jobs
from grader.batch.regrade import Regraded, regrade_class
from grader.batch.replacement import settle
from grader.batch.round import Round, grade_round
from grader.batch.selection import make_jobs

__all__ = [
    "Change",
    "Difference",
    "Interrupts",
    "Job",
    "Outcome",
    "Progress",
    "Regraded",
    "ResultsFolder",
    "Round",
    "Silent",
    "differences_table",
    "grade_round",
    "make_jobs",
    "regrade_class",
    "run_jobs",
    "settle",
    "write_overview",
]
