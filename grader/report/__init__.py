"""Grades as HTML: static pages that load nothing and in which a student's text stays text."""

from __future__ import annotations

from grader.report.classroom import render_class
from grader.report.grade import render_grade
from grader.report.overview import OverviewEntry, render_overview

__all__ = ["OverviewEntry", "render_class", "render_grade", "render_overview"]
