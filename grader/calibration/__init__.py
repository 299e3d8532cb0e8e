"""Finds what the metrics of an assignment are worth, and how often that is unjust.

Right solutions, trivial ones and known mistakes are graded many times with other seeds and other
data; `docs/calibration.md` describes the method.
"""

from __future__ import annotations

from grader.calibration.record import stale
from grader.calibration.search import Calibration, Progress, calibrate
from grader.calibration.thresholds import ENOUGH_RUNS, Calibrated, Earned
from grader.calibration.variants import Role, Variant

__all__ = [
    "ENOUGH_RUNS",
    "Calibrated",
    "Calibration",
    "Earned",
    "Progress",
    "Role",
    "Variant",
    "calibrate",
    "stale",
]
