"""``grader.check()``: the public tests, on the names of a live notebook or program."""

from __future__ import annotations

from grader.notebook.checking import check
from grader.notebook.result import CheckResult, PartsList

__all__ = ["CheckResult", "PartsList", "check"]
