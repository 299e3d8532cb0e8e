"""Markdown cells as safe HTML: no raw HTML, no scripts in links, no pictures from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from grader.report.text import clip, visible

__all__ = ["prose"]

_MATH = re.compile(r"\$\$[^$]+\$\$|\$(?=\S)[^$]+(?<=\S)\$(?!\d)")
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


@lru_cache(maxsize=128)  # a grade has two pages with the same texts, a class the same key points
def prose(source: str) -> Markup:
    """Render Markdown (CommonMark and tables) as markup that cannot act.

    Headings are moved two levels down, below the page's own. Formulas between dollar signs are
    shown as they were typed, so that Markdown does not eat their underscores.
    """
    text = clip(visible(source), characters=20_000, lines=1_000)
    note = f"\n\n*({text.note})*\n\n" if text.note else ""
    return Markup(_MARKDOWN.render(f"{text.head}{note}{text.tail}"))


def _safe_link(url: str) -> bool:
    """Absolute web and mail addresses only; a relative link leads nowhere in a report."""
    return _WEB.match(url) is not None


def _math(state: StateInline, silent: bool) -> bool:
    """Inline rule: ``$...$`` and ``$$...$$`` stay as typed."""
    if state.src[state.pos] != "$":
        return False
    match = _MATH.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("math", "", 0).content = match[0]
    state.pos = match.end()
    return True


class _Renderer(RendererHTML):
    """The library's renderer, but for the tokens that need a rule of ours."""

    def math(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<span class="math">{escape(tokens[idx].content)}</span>'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A picture would be fetched from elsewhere: name it instead."""
        return f'<span class="note">[picture: {escape(tokens[idx].content or "no title")}]</span>'

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<{_heading(tokens[idx].tag)}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</{_heading(tokens[idx].tag)}>\n"

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        href = escape(str(tokens[idx].attrGet("href") or ""))
        return f'<a href="{href}" rel="noopener noreferrer nofollow">'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<td>"  # the library aligns columns by a style attribute, which the policy forbids

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<th>"


def _heading(tag: str) -> str:
    return f"h{min(6, int(tag[1]) + 2)}"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    markdown.inline.ruler.before("escape", "math", _math)
    markdown.validateLink = _safe_link  # type: ignore[method-assign]  # the library's own hook
    return markdown


_MARKDOWN = _markdown()
