"""Grading in continuous integration: what a change touches, and how its grades are told there.

A commit is read as data (:mod:`~grader.ci.repository`). Which submissions it changes follows from
the event (:mod:`~grader.ci.event`) and the paths (:mod:`~grader.ci.changes`). They are graded as a
class is (:mod:`~grader.ci.grading`), and what the student may see of the grades becomes remarks
beside the code, a summary, values for later steps and a report.
"""

from __future__ import annotations

from grader.ci.annotations import Annotation, Kind, command, commands_stopped, within_limits
from grader.ci.changes import Changes, Target, find_changes, named_changes, place_attempts
from grader.ci.event import Comparison, Told, compare, read_event
from grader.ci.grading import Graded, Terms, grade_targets, require_own_tests
from grader.ci.outputs import append_outputs, append_summary, summary_room
from grader.ci.places import Work
from grader.ci.remarks import code_quality, remarks
from grader.ci.report import write_report
from grader.ci.repository import Repository
from grader.ci.result import PassScore, Result, together
from grader.ci.summary import summary

__all__ = [
    "Annotation",
    "Changes",
    "Comparison",
    "Graded",
    "Kind",
    "PassScore",
    "Repository",
    "Result",
    "Target",
    "Terms",
    "Told",
    "Work",
    "append_outputs",
    "append_summary",
    "code_quality",
    "command",
    "commands_stopped",
    "compare",
    "find_changes",
    "grade_targets",
    "named_changes",
    "place_attempts",
    "read_event",
    "remarks",
    "require_own_tests",
    "summary",
    "summary_room",
    "together",
    "within_limits",
    "write_report",
]
