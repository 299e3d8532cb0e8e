"""What a course hands out: starters, students' bundles, and templates of new assignments."""

from __future__ import annotations

from grader.release.bundle import make_bundle, refuse_occupied, write_bundle, write_zip
from grader.release.gate import (
    Progress,
    refuse_leaks,
    refuse_stale,
    refuse_uncalibrated,
    refuse_unjust,
)
from grader.release.new import new_assignment
from grader.release.starter import Starter, make_starter, stale_starter, write_starter

__all__ = [
    "Progress",
    "Starter",
    "make_bundle",
    "make_starter",
    "new_assignment",
    "refuse_leaks",
    "refuse_occupied",
    "refuse_stale",
    "refuse_uncalibrated",
    "refuse_unjust",
    "stale_starter",
    "write_bundle",
    "write_starter",
    "write_zip",
]
