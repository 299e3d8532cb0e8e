"""What students hand in: found, read and repaired, but never run.

``discover`` turns files, zips and folders into attempts, ``read`` turns an attempt into a
:class:`~grader.model.Submission`. Neither raises for anything that a student can hand in: what
was repaired becomes a notice, what cannot be graded becomes the submission's problem.
"""

from __future__ import annotations

from grader.submission.attempt import Attempt
from grader.submission.discovery import discover, single
from grader.submission.reading import read

__all__ = ["Attempt", "discover", "read", "single"]
