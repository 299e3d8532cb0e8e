"""Grades as HTML: static pages that load nothing and in which a student's text stays text."""

from __future__ import annotations

from grader.report.check import PartsGroup, PartView, render_check, render_parts
from grader.report.classroom import render_class
from grader.report.grade import render_grade
from grader.report.overview import OverviewEntry, render_overview
from grader.report.page import compile_templates

__all__ = [
    "OverviewEntry",
    "PartView",
    "PartsGroup",
    "compile_templates",
    "render_check",
    "render_class",
    "render_grade",
    "render_overview",
    "render_parts",
]
