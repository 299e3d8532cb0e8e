"""Grades as HTML: static pages that load nothing and in which a student's text stays text."""

from __future__ import annotations

from grader.report.classroom import render_class
from grader.report.grade import render_grade
from grader.report.overview import OverviewEntry, render_overview
from grader.report.page import compile_templates

__all__ = [
    "OverviewEntry",
    "compile_templates",
    "render_class",
    "render_grade",
    "render_overview",
]
