"""Grades many submissions: a pool of processes, and the folder that holds the results."""

from __future__ import annotations

from grader.batch.folder import ResultsFolder, write_overview
from grader.batch.job import Job
from grader.batch.pool import Progress, grade_class
from grader.batch.selection import make_jobs

__all__ = ["Job", "Progress", "ResultsFolder", "grade_class", "make_jobs", "write_overview"]
