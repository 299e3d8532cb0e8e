from __future__ import annotations

import base64
import hashlib
import re
from decimal import Decimal

from grader.model import Grade
from grader.report import render_class, render_grade
from grader.report.page import percent


def test_percent():
    assert percent(Decimal("82.5"), Decimal(110)) == "75%"
    assert percent(2, 3) == "66.67%"
    assert percent(Decimal(0), Decimal(0)) == "0%"


def policy_of(page: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert found
    return found[1].replace("&#39;", "'")


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_admits_the_page_s_own_style_and_script_and_nothing_else(grade: Grade):
    page = render_class([grade], title="t", links={})
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy_of(page).split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src {digest(style)}",
        f"script-src {digest(script)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    quiet = render_grade(grade, None, audience="instructor")
    assert "script-src 'none'" in policy_of(quiet)
    assert "<script" not in quiet


def test_no_page_has_inline_styles_or_handlers_or_loads_anything(grade: Grade, transcript):
    for page in (
        render_grade(grade, transcript, audience="instructor"),
        render_class([grade], title="t", links={("ada", 1): "ada.html"}),
    ):
        body = page.partition("</style>")[2]
        assert not re.search(r"<[^>]*\s(?:style|on\w+)\s*=", body)
        assert not re.search(r'(?:src|href)="(?!data:|#|\./)', body)
