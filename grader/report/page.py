"""From template to page: one Jinja environment, one style sheet, one content security policy.

A page is one file that loads nothing. Its policy admits the style sheet and, on pages that can be
sorted, the script by their SHA-256 hashes, so that text which became markup by some mistake could
still neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.points import number
from grader.report.metric import gauge
from grader.report.text import excerpt, visible

__all__ = ["compile_templates", "fragment", "percent", "render"]


def render(template: str, *, script: str = "", **context: object) -> str:
    """Render a template of this package as one self-contained page.

    Args:
        template: file name in ``templates/``.
        script: file name of the page's script in ``templates/``; none by default.
        **context: the template's variables; every string is escaped and made visible.
    """
    style = _asset("style.css")
    code = _asset(script) if script else ""
    policy = "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(code)}'" if code else "script-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = _environment().get_template(template)
    return page.render(style=Markup(style), script=Markup(code), policy=policy, **context)


def fragment(template: str, **context: object) -> str:
    """Render a template of this package as a part of somebody else's page.

    Args:
        template: file name in ``templates/``.
        **context: the template's variables; every string is escaped and made visible.
    """
    return _environment().get_template(template).render(**context)


def compile_templates() -> None:
    """Compile every template now, for all processes that are forked from this one."""
    environment = _environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    _digest(_asset("style.css"))


def percent(part: Decimal | float, whole: Decimal | float = 1) -> str:
    """Write a share in percent, as :func:`number` does; of nothing, 0."""
    return f"{number(100 * Decimal(part) / Decimal(whole) if whole else Decimal(0))}%"


def _finalize(value: object) -> object:
    """Every string that a template prints passes here, before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalize,
    )
    environment.filters.update(number=number, percent=percent, excerpt=excerpt, gauge=gauge)
    return environment


@cache
def _asset(name: str) -> str:
    return files("grader.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _digest(text: str) -> str:
    """The hash by which a policy admits an inline script or style sheet."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
